import type { CalendarDay } from '../core/calendar-day.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import { sha256Hex } from '../core/sha256.ts';
import type { CandleSeries } from '../market/candle-series.ts';
import type { InstrumentSnapshot } from '../market/instrument-snapshot.ts';
import { sliceDays } from '../market/select-rows.ts';

/** Name and digest of one input of a decision. */
export interface InputDigest {
  readonly name: string;
  readonly sha256: string;
}

/**
 * Digests of what a decision reads, by content: the candles of each symbol up to as_of (pool spec §5 PT2) and each instrument list.
 * Two stores that hold the same rows in differently cut, packed or sorted files give the same digests, and so the same release.
 */
export function inputDigests(
  source: string,
  candles: readonly CandleSeries[],
  snapshots: readonly InstrumentSnapshot[],
  asOf: CalendarDay,
): readonly InputDigest[] {
  const readable = candles.map((series) => sliceDays(series, Number.NEGATIVE_INFINITY, asOf)).filter(({ day }) => day.length > 0);
  return [
    ...readable.map((series) => ({ name: `candles/${source}/${series.symbol}`, sha256: seriesDigest(series) })),
    ...snapshots.map(({ knownFrom, instruments }) => ({
      name: `instruments/${source}/${knownFrom}`,
      sha256: sha256Hex(canonicalJson(instruments.toSorted((a, b) => (a.symbol < b.symbol ? -1 : 1)))),
    })),
  ];
}

/** SHA-256 over the little-endian bytes of day and the six columns, each hashed first so that lengths cannot run together. */
function seriesDigest({ day, open, high, low, close, volume, quoteVolume }: CandleSeries): string {
  const columns = [day, open, high, low, close, volume, quoteVolume];
  return sha256Hex(
    columns.map((column) => sha256Hex(new Uint8Array(column.buffer, column.byteOffset, column.byteLength))).join(''),
  );
}
