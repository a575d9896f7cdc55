import { memoryDocumentStore } from '#shared/adapters/memory/document-store.ts';
import { parquetCandleCodec } from '#shared/adapters/parquet/candle-codec.ts';
import { DOCUMENT_PATHS, STAGE_TOPICS, STAGES, type StageName } from '#shared/contracts/names.ts';
import type { LoadedPoolParams } from '#shared/contracts/parse-pool-params.ts';
import type { ReleaseSet } from '#shared/contracts/release-set.ts';
import { type StageMessage, stageMessageSchema } from '#shared/contracts/stage-message.ts';
import { canonicalJson } from '#shared/core/canonical-json.ts';
import { formatInstantZ } from '#shared/core/instant.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
import { buildStage } from '#shared/pipeline/stages/build-stage.ts';
import type { CollectRequest, CollectStageDeps } from '#shared/pipeline/stages/collect-request.ts';
import { runCollectStage } from '#shared/pipeline/stages/collect-stage.ts';
import { runPublishStage } from '#shared/pipeline/stages/publish-stage.ts';
import { runFileStage } from '#shared/pipeline/stages/run-stage.ts';
import { scoreStage } from '#shared/pipeline/stages/score-stage.ts';
import type { StageOutcome } from '#shared/pipeline/stages/stage.ts';
import type { BusMessage } from '#shared/ports/event-bus.ts';
import { releaseLayout } from '#shared/release/layout.ts';
import { depsOver, memoryStores, restlessClock, type Stores } from '../release/support/release-lab.ts';
import { type MortalProcess, mortalProcess } from './crash-at.ts';
import { buildRun, marketParams, runTimeMs, SEPTEMBER, smallMarket } from './small-market.ts';

export const RUN_KEY = 'pool-monthly:20221001T031500Z';
export const TRACE = '0af7651916cd43dd8448eb211c80319c';
const BUNDLE = 'b'.repeat(64);

/** A deployment whose stages all have the same digest. */
export const DEPLOYED: ReleaseSet = {
  revision: '0'.repeat(40),
  lock_file_sha256: sha256Hex(''),
  bundles: { ...Object.fromEntries(STAGES.map((stage) => [stage, BUNDLE])), report: 'c'.repeat(64) },
  worker_image: null,
};

/** A chain over memory stores and the small market: what survives a process, and each stage as a process of its own. */
export function stageLab(params = marketParams(), stores?: Stores, market = smallMarket()) {
  const { objects, documents } = stores ?? memoryStores();
  // Given stores are one store, as on one machine; else runs have a database of their own, as in the cloud.
  const runs = stores === undefined ? memoryDocumentStore() : documents;
  const sent: BusMessage[] = [];
  const loaded: LoadedPoolParams = { params, sha256: sha256Hex(canonicalJson(params)) };
  const layout = releaseLayout({ baseUri: 'gs://bucket' });
  const bus = { publish: async (message: BusMessage): Promise<void> => void sent.push(message) };
  const {
    code: { libraryVersions },
    actions,
    actionsInput,
  } = buildRun(params, SEPTEMBER, {
    schema: 'collection_report.v1',
    source: 'memory',
    as_of: '2022-09-30',
    now: formatInstantZ(0),
    symbols: [],
    revisions: [],
    candles: 0,
    quarantined: 0,
  });
  const codec = parquetCandleCodec();
  const request: CollectRequest = {
    runKey: RUN_KEY,
    nowMs: runTimeMs(SEPTEMBER) + 7_000,
    scheduledMs: runTimeMs(SEPTEMBER),
    params: loaded,
    deployed: DEPLOYED,
    revision: 1,
    acceptRevisions: false,
    volumeScale: 1,
  };
  const context = { trace: TRACE };

  const portsOf = (process: MortalProcess) => {
    const seen = { objects: process.wrap(objects), runs: process.wrap(runs), bus: process.wrap(bus), layout };
    return { seen, release: { documents: process.wrap(documents), objects: seen.objects, layout } };
  };

  /** What collect needs in a process of its own. */
  const collectDeps = (process: MortalProcess = mortalProcess()): CollectStageDeps => {
    const { seen, release } = portsOf(process);
    return { ...seen, ...market.deps, archive: process.wrap(market.archive), codec, release, calibrations: seen.objects };
  };

  /** Runs one stage in a process of its own. */
  const run = async (
    stage: StageName,
    message?: StageMessage,
    process: MortalProcess = mortalProcess(),
    asked: Partial<CollectRequest> & { readonly signal?: AbortSignal } = {},
    bundles: Readonly<Record<string, string>> = {},
  ): Promise<StageOutcome> => {
    const { seen, release } = portsOf(process);
    if (stage === 'collect') {
      const { signal, ...more } = asked;
      return runCollectStage(collectDeps(process), { ...request, ...more }, { ...context, signal });
    }
    const given = message ?? lastMessage(stage);
    if (stage === 'score')
      return runFileStage(
        seen,
        scoreStage({ params: loaded, actions, actionsInput, libraryVersions, codec, bundleSha256: bundles.score ?? BUNDLE }),
        given,
        context,
      );
    if (stage === 'build')
      return runFileStage(seen, buildStage({ params: loaded, bundleSha256: bundles.build ?? BUNDLE }), given, context);
    const clock = restlessClock(runTimeMs(SEPTEMBER) + 60_000);
    const deps = depsOver({ objects: seen.objects, documents: release.documents }, { clock });
    const openRelease = async () => ({ ...deps, runs: seen.runs, bus: seen.bus, layout });
    return runPublishStage(seen, { params: loaded, bundleSha256: bundles.publish ?? BUNDLE, openRelease }, given, context);
  };

  /** The newest message that starts a stage. */
  const lastMessage = (stage: StageName): StageMessage => {
    const topics = { score: STAGE_TOPICS.collect, build: STAGE_TOPICS.score, publish: STAGE_TOPICS.build, collect: '' };
    const found = sent.findLast(({ topic }) => topic === topics[stage]);
    return stageMessageSchema.parse(found?.data);
  };

  /** Every object by digest, every document of both databases. */
  const state = async () => {
    const names = (await objects.list('')).map(({ name, generation }) => ({ name, generation }));
    const digests = names.map(
      async ({ name, generation }) => [name, generation, sha256Hex((await objects.get(name))!.bytes)] as const,
    );
    return {
      objects: await Promise.all(digests),
      record: await runs.get(DOCUMENT_PATHS.run(RUN_KEY)),
      summary: await documents.get(DOCUMENT_PATHS.summary),
      log: await documents.list('log'),
    };
  };
  return { market, objects, documents, runs, sent, run, collectDeps, lastMessage, state, request, loaded, layout };
}

export type StageLab = ReturnType<typeof stageLab>;
