import { loadAssetActions } from '#shared/adapters/fs/asset-actions-file.ts';
import type { LoadedPoolParams } from '#shared/contracts/parse-pool-params.ts';
import type { ShadowTracks } from '#shared/contracts/shadow-tracks.ts';
import { type CalendarDay, dayOfMs } from '#shared/core/calendar-day.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { err, ok, type Refusal, type Result } from '#shared/core/result.ts';
import { volumeScale } from '#shared/market/calibration/volume-scale.ts';
import type { CandleSeries } from '#shared/market/candle-series.ts';
import { describeFinding } from '#shared/market/quality/input-finding.ts';
import { inputDigests } from '#shared/pipeline/input-digests.ts';
import { dataDigest } from '#shared/release/digests.ts';
import type { ShadowInput } from '#shared/shadow/shadow-history.ts';
import { readCandleInput } from './candle-input.ts';
import type { CommandContext } from './command.ts';
import type { Home } from './home.ts';
import { openArchive } from './market-source.ts';
import type { HomeOptions } from './program/shared-options.ts';
import { readCalibration } from './stored-calibration.ts';
import { readingHome, runTime } from './using-home.ts';

export interface ShadowSourceOptions extends HomeOptions {
  readonly candles: string | undefined;
  readonly instruments: string | undefined;
  readonly source: string | undefined;
  readonly volumeScale: number | undefined;
  readonly asOf: CalendarDay | undefined;
}

/** What the histories are made from, with the digest of all of it. */
export interface ShadowSource {
  readonly input: ShadowInput;
  readonly dataDigest: string;
}

type Wanted = Pick<ShadowInput, 'params' | 'tracks'>;

/** Candles from a folder, or those that the home has collected. */
export function shadowSource(
  { terminal }: CommandContext,
  options: ShadowSourceOptions,
  params: LoadedPoolParams,
  tracks: ShadowTracks,
): Promise<Result<ShadowSource, Refusal>> {
  const wanted = { params, tracks };
  if (options.candles !== undefined) return fromFolder(options.candles, options, wanted, terminal.note);
  return readingHome(options, (home) => fromHome(home, options, wanted));
}

async function fromFolder(
  folder: string,
  options: ShadowSourceOptions,
  wanted: Wanted,
  note: (text: string) => void,
): Promise<Result<ShadowSource, Refusal>> {
  const { params } = wanted.params;
  const read = await readCandleInput(folder, options.instruments, params);
  for (const finding of read.findings) note(`${finding.effect}: ${describeFinding(finding)}`);
  const asOf = options.asOf ?? newestDay(read.candles, params.benchmark_symbol, folder);
  return ok(
    sourceOf(wanted, {
      asOf,
      candles: read.candles,
      metadata: [{ knownFrom: asOf, instruments: read.instruments }],
      source: options.source ?? 'recorded',
      failedSymbols: read.failedSymbols,
      ...(options.volumeScale === undefined ? {} : { volumeScale: options.volumeScale }),
    }),
  );
}

async function fromHome(home: Home, options: ShadowSourceOptions, wanted: Wanted): Promise<Result<ShadowSource, Refusal>> {
  const { params } = wanted.params;
  const sourceId = options.source ?? 'sim';
  const archive = openArchive(home.objects);
  const candles = await archive.read(sourceId);
  const lists = await archive.instrumentHistory(sourceId, runTime(home, undefined));
  if (candles.length === 0 || lists.length === 0) return err(nothingCollected(home.folder, sourceId));
  const calibrated = await readCalibration(home.objects, sourceId);
  const scale = volumeScale({
    sourceId,
    parameters: params.universe.volume_scale,
    ...(calibrated === undefined ? {} : { calibrated: calibrated.scale }),
    ...(options.volumeScale === undefined ? {} : { override: options.volumeScale }),
  });
  if (!scale.ok) return scale;
  return ok(
    sourceOf(wanted, {
      asOf: options.asOf ?? newestDay(candles, params.benchmark_symbol, home.folder),
      candles,
      metadata: lists.map(({ fetchedAtMs, instruments }) => ({ knownFrom: dayOfMs(fetchedAtMs), instruments })),
      source: sourceId,
      volumeScale: scale.value.scale,
    }),
  );
}

function sourceOf(wanted: Wanted, data: Omit<ShadowInput, 'params' | 'tracks' | 'actions'>): ShadowSource {
  const actions = loadAssetActions();
  const digests = inputDigests(data.source, data.candles, data.metadata, data.asOf);
  return { input: { ...data, ...wanted, actions: actions.actions }, dataDigest: dataDigest([...digests, actions.input]) };
}

/** Newest day of the benchmark: what `--as-of` means when it is left out. */
function newestDay(candles: readonly CandleSeries[], benchmark: string, where: string): CalendarDay {
  const day = candles.find(({ symbol }) => symbol === benchmark)?.day.at(-1);
  if (day !== undefined) return day;
  throw new LivepoolError('INPUT_INVALID', 'terminal', `${where} has no candles of the benchmark ${benchmark}`, {
    remedy: `add ${benchmark}.csv, or name another source`,
  });
}

function nothingCollected(folder: string, sourceId: string): Refusal {
  const message = `${folder} holds no candles of ${sourceId}; collect them with \`livepool pool run\`, or name a folder with --candles`;
  return { code: 'INPUT_INVALID', message, details: { source: sourceId } };
}
