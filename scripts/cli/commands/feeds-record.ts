import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadVenueParams } from '#shared/adapters/fs/venue-params-file.ts';
import { systemClock } from '#shared/adapters/system/clock.ts';
import { systemRandom } from '#shared/adapters/system/random.ts';
import { FolderFrameRecorder, type RecordedFile } from '#shared/adapters/venues/folder-frame-recorder.ts';
import { openVenueFeeds, type VenueFeeds } from '#shared/adapters/venues/open-venue-feeds.ts';
import type { SimulatedEndpoints } from '#shared/adapters/venues/venue-access.ts';
import { ClockSkew } from '#shared/health/clock-skew.ts';
import { parseInstrumentId } from '#shared/market/instrument-id.ts';
import { venuePolicy } from '#shared/market/venue-policy/venue-policy.ts';
import type { Logger } from '#shared/ports/logger.ts';
import manifest from '../../../package.json' with { type: 'json' };
import type { CommandContext } from '../command.ts';
import { type LiveMarketOptions, usingLiveMarket } from '../live-market.ts';
import { type CommandResult, refuse, succeed } from '../outcome.ts';
import { type Progress, startProgress } from '../progress.ts';
import { requireSourceRevision } from '../source-revision.ts';
import type { Terminal } from '../terminal.ts';
import { textTable } from '../text-table.ts';

export interface FeedsRecordOptions extends LiveMarketOptions {
  readonly instruments: readonly string[];
  readonly profile: string;
  /** Seconds; absent = until it is stopped. */
  readonly for: number | undefined;
  readonly out: string;
}

/** What a recording holds once it is over. */
interface Recorded {
  readonly files: readonly RecordedFile[];
  readonly dropped: number;
  readonly failures: number;
  readonly missing: readonly string[];
  readonly unavailable: readonly string[];
}

const LOOK_EVERY_MS = 1_000;

/** Records raw frames and answers of the instruments into a folder (market data spec §9), for a time or until it is stopped. */
export async function feedsRecord(context: CommandContext, options: FeedsRecordOptions): Promise<CommandResult> {
  const recorded = await usingLiveMarket(options, options.instruments, (simulated) => record(context, options, simulated));
  const { files, dropped, failures, missing, unavailable } = recorded;
  const lost = [...missing.map((id) => `${id} is not listed`), ...unavailable];
  if (files.length === 0) {
    const message = `nothing was recorded${lost.length === 0 ? '; it was stopped too soon' : `: ${lost.join('; ')}`}`;
    return refuse([{ code: 'NOTHING_RECORDED', message }]);
  }
  for (const what of lost) context.terminal.note(`not recorded: ${what}`);
  if (dropped > 0 || failures > 0) {
    const message = `${dropped} lines were dropped and ${failures} files failed; gaps are marked where they are`;
    return refuse([{ code: 'FRAMES_LOST', message, details: { files: files.map(({ path }) => path) } }]);
  }
  return succeed({ ok: true, ...recorded }, filesText(files));
}

async function record(
  { terminal, signal }: CommandContext,
  { instruments, profile, for: seconds, out }: FeedsRecordOptions,
  simulated: SimulatedEndpoints | null,
): Promise<Recorded> {
  const [clock, random, skew] = [systemClock(), systemRandom(), new ClockSkew()];
  const files: RecordedFile[] = [];
  const software = {
    software: manifest.version,
    source_revision: revision(),
    policy_profile: profile,
    simulated: simulated !== null,
  };
  const recorder = new FolderFrameRecorder({
    folder: resolve(out),
    run: `r${clock.nowMs().toString(36)}${random.hex(2)}`,
    header: () => ({ ...software, clock_offset_ms: skew.skewMs(clock.nowMs()) }),
    onFile: (file) => files.push(file),
  });
  const venues = [...new Set(instruments.flatMap((id) => parseInstrumentId(id)?.venue ?? []))];
  const policy = venuePolicy(loadVenueParams(), profile, venues);
  const deps = { clock, random, logger: notes(terminal), recorder };
  const feeds = await openVenueFeeds(deps, { policy, instruments, simulated }, signal);
  try {
    await run(feeds, skew, { terminal, signal }, { seconds, recorder });
  } finally {
    await recorder.close();
  }
  const unavailable = feeds.unavailable.map(({ venue, error }) => `${venue} does not answer (${error.code})`);
  const { dropped, failures } = recorder.counters;
  return { files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)), dropped, failures, missing: feeds.missing, unavailable };
}

/** Runs all feeds until the time is over, somebody stops it, or one of them cannot go on. */
async function run(
  feeds: VenueFeeds,
  skew: ClockSkew,
  { terminal, signal }: CommandContext,
  { seconds, recorder }: { readonly seconds: number | undefined; readonly recorder: FolderFrameRecorder },
): Promise<void> {
  if (feeds.instruments.length === 0) return;
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const running = feeds.feeds.map((feed) => feed.run((event) => skew.onEvent(event), either).catch((fault) => over.abort(fault)));
  const tell = seconds === undefined ? toldNowAndThen(terminal) : startProgress(terminal, 'recording');
  const endMs = seconds === undefined ? Number.POSITIVE_INFINITY : performance.now() + seconds * 1_000;
  for (let leftMs = endMs - performance.now(); !either.aborted && leftMs > 0; leftMs = endMs - performance.now()) {
    tell.update((seconds ?? 0) - Math.ceil(leftMs / 1_000), seconds ?? 0, progressLabel(feeds, recorder));
    await sleep(Math.min(LOOK_EVERY_MS, leftMs), undefined, { signal: either }).catch(() => undefined);
  }
  tell.stop();
  const fault: unknown = over.signal.aborted ? over.signal.reason : null;
  over.abort();
  await Promise.all(running);
  if (fault !== null) throw fault;
}

/** Where nobody knows the end: a line every ten seconds. */
function toldNowAndThen({ note }: Terminal): Progress {
  let looks = 0;
  return {
    update: (_done, _total, label) => {
      if (looks % 10 === 0) note(`recording until Ctrl-C: ${label.replace(/^s, /, '')}`);
      looks += 1;
    },
    stop: () => undefined,
  };
}

function progressLabel({ streams }: VenueFeeds, { counters }: FolderFrameRecorder): string {
  const books = streams.flatMap((stream) => stream.status().books);
  return `s, ${books.filter(({ state }) => state === 'live').length}/${books.length} books live, ${counters.lines} lines`;
}

/** Only what somebody should know while it runs. */
function notes({ note }: Terminal): Logger {
  const tell = (event: string, fields: object = {}): void => note(`${event} ${JSON.stringify(fields)}`);
  return { info: () => undefined, notice: () => undefined, warn: tell, error: tell };
}

function revision(): string {
  const known = requireSourceRevision(undefined);
  return known.ok ? known.value : '';
}

function filesText(files: readonly RecordedFile[]): string {
  const instant = (ns: string): string => new Date(Number(ns.slice(0, -6))).toISOString();
  const rows = files.map(({ path, lines, first_ts_ns: first, last_ts_ns: last, gaps, sha256 }) => [
    path,
    String(lines),
    instant(first),
    instant(last),
    String(gaps),
    sha256.slice(0, 12),
  ]);
  return textTable(['file', 'lines', 'first', 'last', 'gaps', 'sha256'], rows);
}
