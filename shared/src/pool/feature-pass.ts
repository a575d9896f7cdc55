import type { Observations } from './calendar/observations.ts';
import type { BenchmarkColumns } from './features/benchmark-columns.ts';
import {
  type FeatureColumns,
  type FeatureWorkspace,
  featureWorkspace,
  SYMBOL_COLUMNS,
  type SymbolColumn,
} from './features/feature-columns.ts';
import { EVERY_DAY_COLUMNS, type FeatureRule, writeFeatures } from './features/write-features.ts';

/** A table that wants some columns of some observations. */
export interface FeatureSink {
  /** Destination per column, indexed by row. */
  readonly columns: readonly (readonly [name: SymbolColumn, out: Float64Array])[];
  /** Per episode and observation: the row of some grid, −1 where there is none. */
  readonly gridRowOf: readonly Int32Array[];
  /** First grid row that is wanted: it is row 0 of the table, unless `tableRow` says otherwise. */
  readonly firstGridRow: number;
  /** Table row per grid row from `firstGridRow` on, −1 where it is not wanted. */
  readonly tableRow?: Int32Array;
  /** Called once per episode while its columns are in the workspace. */
  visit?(e: number, columns: FeatureColumns): void;
}

/**
 * Episodes that are computed before their columns are handed over. Tables are in (day, symbol) order, so neighbouring episodes write
 * to the same cache lines: eight float64 fill one.
 */
const BLOCK_EPISODES = 8;

/** An episode of a block whose features are computed, and the rows that one sink wants of it. */
interface Lane {
  readonly workspace: FeatureWorkspace;
  e: number;
  readonly source: Int32Array;
  readonly target: Int32Array;
  wanted: number;
}

/**
 * Computes the features a few episodes at a time into workspaces and hands every sink what it asks for: no column of the whole
 * panel ever exists. Episodes that no sink wants are skipped.
 */
export function featurePass(
  observations: readonly Observations[],
  benchmark: BenchmarkColumns,
  benchmarkSymbol: string,
  rule: FeatureRule,
  sinks: readonly FeatureSink[],
): void {
  const capacity = Math.max(...observations.map(({ count }) => count));
  const lanes = Array.from({ length: Math.min(BLOCK_EPISODES, observations.length) }, () => emptyLane(capacity));
  const windowed = sinks.filter(({ columns }) => !columns.every(([name]) => EVERY_DAY_COLUMNS.has(name)));
  let filled = 0;
  for (const [e, episode] of observations.entries()) {
    if (!sinks.some((sink) => firstWanted(sink, e) < episode.count)) continue;
    const from = Math.min(episode.count, ...windowed.map((sink) => firstWanted(sink, e)));
    const lane = lanes[filled++]!;
    lane.e = e;
    writeFeatures(episode, benchmark, episode.symbol === benchmarkSymbol, rule, lane.workspace, from);
    if (filled < lanes.length) continue;
    handOver(lanes, sinks);
    filled = 0;
  }
  handOver(lanes.slice(0, filled), sinks);
}

function emptyLane(capacity: number): Lane {
  const source = new Int32Array(capacity);
  const target = new Int32Array(capacity);
  return { workspace: featureWorkspace(capacity), e: 0, source, target, wanted: 0 };
}

function handOver(lanes: readonly Lane[], sinks: readonly FeatureSink[]): void {
  for (const sink of sinks) {
    for (const lane of lanes) lane.wanted = wantedRows(sink, lane.e, lane.source, lane.target);
    for (const [name, out] of sink.columns) {
      for (const { workspace, source, target, wanted } of lanes) scatter(workspace.columns[name], source, target, wanted, out);
    }
    if (sink.visit === undefined) continue;
    for (const { wanted, e, workspace } of lanes) if (wanted > 0) sink.visit(e, workspace.columns);
  }
}

/** Whether a name is a column that is computed per symbol. */
export function isSymbolColumn(name: string): name is SymbolColumn {
  return (SYMBOL_COLUMNS as readonly string[]).includes(name);
}

/** The first observation that a sink wants, Infinity when it wants none. */
function firstWanted({ gridRowOf, firstGridRow, tableRow }: FeatureSink, e: number): number {
  const gridRows = gridRowOf[e]!;
  for (let i = 0; i < gridRows.length; i++) {
    const offset = gridRows[i]! - firstGridRow;
    if (offset >= 0 && (tableRow === undefined || tableRow[offset]! >= 0)) return i;
  }
  return Number.POSITIVE_INFINITY;
}

function wantedRows(
  { gridRowOf, firstGridRow, tableRow }: FeatureSink,
  e: number,
  source: Int32Array,
  target: Int32Array,
): number {
  const gridRows = gridRowOf[e]!;
  let wanted = 0;
  for (let i = 0; i < gridRows.length; i++) {
    const offset = gridRows[i]! - firstGridRow;
    const row = offset < 0 || tableRow === undefined ? offset : tableRow[offset]!;
    if (row < 0) continue;
    source[wanted] = i;
    target[wanted++] = row;
  }
  return wanted;
}

function scatter(column: Float64Array, source: Int32Array, target: Int32Array, wanted: number, out: Float64Array): void {
  for (let k = 0; k < wanted; k++) out[target[k]!] = column[source[k]!]!;
}
