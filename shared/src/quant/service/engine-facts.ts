import type { HealthFinding } from '../../contracts/health-finding.ts';
import { INSTRUMENT_PLACE as I, type InstrumentMetric, SYMBOL_PLACE as S, type SymbolMetric } from '../dictionary.ts';
import type { QuantTick } from '../engine.ts';
import { STALE } from '../quality.ts';

const WINDOW_MS = 600_000;
const LEAST_OVERRUNS = 3;
const OVERDUE_TICKS = { degraded: 2, fail: 4 } as const;
const WRITE_LAG_MS = 30_000;
const NO_COMMIT_MS = 60_000;
const QUEUE_SHARE = 0.8;
const QUEUE_MS = 30_000;

/** What the engine, its store and its outbox measured at one instant. Times are ms since the epoch, null = not (yet). */
export interface EngineFacts {
  /** `standby` = another worker has the lease; nothing is expected then. */
  readonly role: 'starting' | 'active' | 'standby' | 'lost';
  readonly tickMs: number;
  /** Since when ticks are expected of this worker. */
  readonly activeSinceMs: number | null;
  readonly lastTickTs: number | null;
  readonly lastCommitMs: number | null;
  /** Tick that waits for its commit. */
  readonly uncommittedTickTs: number | null;
  /** Times of skipped ticks, oldest first. */
  readonly overruns: readonly number[];
  /** Required metrics that are stale for a symbol. */
  readonly staleMetrics: readonly string[];
  /** Since when no symbol has enough of its score's inputs, once windows had time to fill. */
  readonly thinScoreSinceMs: number | null;
}

/** How full a bounded queue is, and since when it is more than four fifths. */
export interface QueueFacts {
  readonly rows: number;
  readonly most: number;
  readonly highSinceMs: number | null;
}

/** What of quant spec §11 is not right, worst first within an area. */
export function engineFindings(facts: EngineFacts, nowMs: number): readonly HealthFinding[] {
  if (facts.role === 'lost') return [{ area: 'worker', level: 'fail', reason: 'lease_lost' }];
  if (facts.role !== 'active') return [];
  return [
    ...overdueFinding(facts, nowMs),
    ...(recentOverruns(facts, nowMs) >= LEAST_OVERRUNS ? [degraded('worker', 'overruns')] : []),
    ...facts.staleMetrics.map((metric) => degraded('feed', `${metric}_stale`)),
    ...(lasts(facts.thinScoreSinceMs, nowMs, WINDOW_MS) ? [fail('feed', 'score_inputs_stale')] : []),
    ...storeFinding(facts, nowMs),
  ];
}

/** `write_queue` above four fifths for half a minute, `write_queue_full` at once. */
export function queueFindings({ rows, most, highSinceMs }: QueueFacts, nowMs: number): readonly HealthFinding[] {
  if (rows >= most) return [fail('queue', 'write_queue_full')];
  return lasts(highSinceMs, nowMs, QUEUE_MS) ? [degraded('queue', 'write_queue')] : [];
}

/** True for a queue that counts as high. */
export function isQueueHigh(rows: number, most: number): boolean {
  return rows > QUEUE_SHARE * most;
}

/** Skipped ticks of the last ten minutes. */
export function recentOverruns({ overruns }: EngineFacts, nowMs: number): number {
  return overruns.filter((time) => time > nowMs - WINDOW_MS).length;
}

/** Age of the last tick, or of the wait for the first. */
export function tickAgeMs({ lastTickTs, activeSinceMs }: EngineFacts, nowMs: number): number | null {
  const since = Math.max(lastTickTs ?? -1, activeSinceMs ?? -1);
  return since < 0 ? null : nowMs - since;
}

/** Symbol metrics that a symbol cannot be judged without, and the venue metric each is made of. */
const REQUIRED: readonly (readonly [SymbolMetric, InstrumentMetric])[] = [
  ['mid', 'mid'],
  ['oi_usd', 'oi_usd'],
  ['oi_weighted_funding', 'funding_8h'],
  ['taker_buy_sell_ratio', 'taker_sell_usd'],
  ['global_ls_ratio', 'global_ls_ratio'],
];

/** Required metrics of which some symbol has no usable value although it had one: all that is left is stale. */
export function staleMetrics(tick: QuantTick): readonly string[] {
  const { frame, layout, symbols } = tick;
  return REQUIRED.filter(([metric, source]) => {
    return symbols.some((_, index) => {
      if (!Number.isNaN(frame.usable(layout.symbolBase[index]! + S[metric]))) return false;
      return layout.instrumentBase[index]!.some((base) => frame.quality(base + I[source]) === STALE);
    });
  }).map(([metric]) => metric);
}

/** Whether no symbol has enough of its inputs for a score in the first timeframe. */
export function isScoreThin({ symbols, scores, params }: QuantTick): boolean {
  return symbols.every((_, index) => scores.coverage(index * params.timeframes.length) < params.score.min_coverage);
}

function overdueFinding(facts: EngineFacts, nowMs: number): readonly HealthFinding[] {
  const ageMs = tickAgeMs(facts, nowMs) ?? 0;
  const reason = `tick_overdue_${Math.floor(ageMs / 1000)}s`;
  if (ageMs > OVERDUE_TICKS.fail * facts.tickMs) return [fail('worker', reason)];
  return ageMs > OVERDUE_TICKS.degraded * facts.tickMs ? [degraded('worker', reason)] : [];
}

function storeFinding({ lastCommitMs, activeSinceMs, uncommittedTickTs }: EngineFacts, nowMs: number): readonly HealthFinding[] {
  const since = Math.max(lastCommitMs ?? -1, activeSinceMs ?? -1);
  if (since >= 0 && nowMs - since > NO_COMMIT_MS) return [fail('store', 'no_commit')];
  return lasts(uncommittedTickTs, nowMs, WRITE_LAG_MS) ? [degraded('store', 'write_lag')] : [];
}

function lasts(sinceMs: number | null, nowMs: number, limitMs: number): boolean {
  return sinceMs !== null && nowMs - sinceMs > limitMs;
}

function degraded(area: HealthFinding['area'], reason: string): HealthFinding {
  return { area, level: 'degraded', reason };
}

function fail(area: HealthFinding['area'], reason: string): HealthFinding {
  return { area, level: 'fail', reason };
}
