import { loadAssetActions } from '#shared/adapters/fs/asset-actions-file.ts';
import { coldStore } from '#shared/adapters/parquet/cold-store.ts';
import { DEFAULT_LAYOUT } from '#shared/cold/append-rows.ts';
import { candleArchive } from '#shared/cold/candle-archive.ts';
import type { FileBytes } from '#shared/contracts/artifact-files.ts';
import { collectionReportSchema } from '#shared/contracts/collection.ts';
import { decodeContract } from '#shared/contracts/decode.ts';
import { parsePoolParams } from '#shared/contracts/parse-pool-params.ts';
import { formatDay } from '#shared/core/calendar-day.ts';
import { lastClosedDay } from '#shared/market/collect/closed-days.ts';
import { assembleRelease } from '#shared/pipeline/assemble-release.ts';
import { decideRun } from '#shared/pipeline/decide-run.ts';
import { readRunInputs } from '#shared/pipeline/run-inputs.ts';
import { scoredRunOf } from '#shared/pipeline/scored-run.ts';
import { type Cloud, REVISION } from './cloud.ts';
import { smallParams } from './small-params.ts';

/** The five files that `pool run` would make from the same cold tier, in this process. */
export async function buildInOneProcess(cloud: Cloud, slot: string): Promise<FileBytes> {
  const logicalTimeMs = Date.parse(slot);
  const asOf = lastClosedDay(logicalTimeMs);
  const version = `${formatDay(asOf)}-core_major`;
  const params = parsePoolParams(smallParams(), 'small');
  if (!params.ok) throw new Error(params.error[0]?.message);
  const archive = candleArchive(
    { objects: cloud.objects, cold: coldStore(cloud.objects, { root: DEFAULT_LAYOUT.root }) },
    DEFAULT_LAYOUT,
  );
  const report = (await cloud.objects.list('collections/sim/')).findLast(({ name }) => name.includes(formatDay(asOf)));
  const collection = decodeContract(collectionReportSchema, (await cloud.objects.get(report!.name))!.bytes, 'report');
  if (!collection.ok) throw new Error(collection.error.message);
  const inputs = await readRunInputs(
    { archive, release: cloud },
    { params: params.value.params, sourceId: 'sim', logicalTimeMs, version, collection: collection.value },
  );
  const { actions, input: actionsInput } = loadAssetActions();
  const run = {
    params: params.value,
    asOf,
    logicalTimeMs,
    sourceId: 'sim',
    volumeScale: 1,
    scaleOrigin: 'parameters' as const,
    actions,
    actionsInput,
  };
  const decided = decideRun(run, inputs);
  if (!decided.ok) throw new Error(decided.error[0]?.message);
  const code = { sourceRevision: REVISION, lockFileSha256: 'a'.repeat(64), libraryVersions: {} };
  const scored = scoredRunOf(decided.value, params.value, { ...run, code, revisions: collection.value.revisions.length });
  const release = assembleRelease({ scored, params: params.value, version, logicalTimeMs, sourceRevision: REVISION });
  if (!release.ok) throw new Error(release.error[0]?.message);
  return release.value.files;
}
