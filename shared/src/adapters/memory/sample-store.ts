import type { MarketSample, MinuteBar, SourceHealth } from '../../contracts/market-samples.ts';
import type { Revised, SampleRange, SampleStore } from '../../ports/sample-store.ts';
import { isSameBar, isSameSample, revised } from '../sample-revisions.ts';

interface Memory {
  /** By key, revisions in their order. */
  readonly samples: Map<string, Revised<MarketSample>[]>;
  readonly bars: Map<string, Revised<MinuteBar>[]>;
  health: readonly SourceHealth[];
}

/** What a row counts towards the bound of bytes. */
const ROW_BYTES = { sample: 64, bar: 256 } as const;

/** A SampleStore in this process's memory: for tests. */
export function memorySampleStore(): SampleStore {
  const memory: Memory = { samples: new Map(), bars: new Map(), health: [] };
  return {
    append: async (samples, bars) => {
      let kept = 0;
      for (const sample of samples) kept += keep(memory.samples, sampleKey(sample), structuredClone(sample), isSameSample);
      for (const bar of bars) kept += keep(memory.bars, barKey(bar), structuredClone(bar), isSameBar);
      return { kept, known: samples.length + bars.length - kept };
    },
    samples: async (query) =>
      pageOf(
        rowsOf(memory.samples).filter((row) => row.metric === query.metric),
        query,
        ({ ts_event }) => ts_event,
      ),
    bars: async (range) => pageOf(rowsOf(memory.bars), range, ({ minute }) => minute),
    putHealth: async (rows) => {
      memory.health = structuredClone(rows);
    },
    health: async () => structuredClone(memory.health).toSorted(byMetricAndVenue),
    prune: async ({ samplesBeforeMs, barsBeforeMs, mostBytes }) => {
      forget(memory.samples, ({ ts_event }) => ts_event < samplesBeforeMs);
      forget(memory.bars, ({ minute }) => minute < barsBeforeMs);
      while (bytesOf(memory) > mostBytes) forgetOldest(memory);
    },
    status: async () => ({
      samples: rowsOf(memory.samples).length,
      bars: rowsOf(memory.bars).length,
      bytes: bytesOf(memory),
    }),
  };
}

function sampleKey({ metric, venue, instrument, ts_event }: MarketSample): string {
  return `${metric} ${venue} ${instrument} ${ts_event}`;
}

function barKey({ instrument, minute }: MinuteBar): string {
  return `${instrument} ${minute}`;
}

/** 1 for a row that was kept, 0 for one that was known. */
function keep<T extends { readonly available_at: number }>(
  table: Map<string, Revised<T>[]>,
  key: string,
  row: T,
  isSame: (known: Revised<T>, row: T) => boolean,
): 0 | 1 {
  const known = table.get(key) ?? [];
  const newest = known.at(-1);
  if (newest !== undefined && isSame(newest, row)) return 0;
  table.set(key, [...known, revised(row, newest)]);
  return 1;
}

function rowsOf<T>(table: Map<string, Revised<T>[]>): readonly Revised<T>[] {
  return [...table.values()].flat();
}

function pageOf<T extends { readonly instrument: string }>(
  rows: readonly Revised<T>[],
  { instrument, fromMs, toMs, offset, limit }: SampleRange,
  timeOf: (row: T) => number,
) {
  const meant = rows.filter((row) => row.instrument === instrument && timeOf(row) >= fromMs && timeOf(row) < toMs);
  const ordered = meant.toSorted((a, b) => timeOf(a) - timeOf(b) || a.revision - b.revision);
  return structuredClone({ rows: ordered.slice(offset, offset + limit), total: ordered.length });
}

function byMetricAndVenue(a: SourceHealth, b: SourceHealth): number {
  return a.metric === b.metric ? (a.venue < b.venue ? -1 : 1) : a.metric < b.metric ? -1 : 1;
}

function forget<T>(table: Map<string, Revised<T>[]>, isOld: (row: Revised<T>) => boolean): void {
  for (const [key, rows] of table) if (isOld(rows[0]!)) table.delete(key);
}

function bytesOf({ samples, bars }: Memory): number {
  return rowsOf(samples).length * ROW_BYTES.sample + rowsOf(bars).length * ROW_BYTES.bar;
}

function forgetOldest({ samples, bars }: Memory): void {
  const times = [...rowsOf(samples).map(({ ts_event }) => ts_event), ...rowsOf(bars).map(({ minute }) => minute)];
  const oldest = Math.min(...times);
  forget(samples, ({ ts_event }) => ts_event <= oldest);
  forget(bars, ({ minute }) => minute <= oldest);
}
