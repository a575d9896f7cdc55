import type { MarkEvent } from '../../contracts/market-events/derivative-events.ts';
import type { MinuteBar } from '../../contracts/market-samples.ts';
import type { MicroSample } from '../../contracts/stream-payloads.ts';
import type { ClosedBar } from './bar-builder.ts';
import type { SampledBook } from './micro-sampler.ts';
import { MINUTE_GRACE_MS, MINUTE_MS, minuteOf } from './minutes.ts';

/** Figures of a live book whose mean over a minute is kept. */
const MEANS = [
  'spread_bps',
  'imbalance',
  'depth_10bps_bid',
  'depth_10bps_ask',
  'depth_25bps_bid',
  'depth_25bps_ask',
  'depth_100bps_bid',
  'depth_100bps_ask',
] as const;

type Mean = (typeof MEANS)[number];

interface Ohlc {
  open: number;
  high: number;
  low: number;
  close: number;
}

interface Minute {
  closed: ClosedBar | null;
  mid: Ohlc | null;
  mark: Ohlc | null;
  liveSeconds: number;
  readonly sums: Record<Mean, number>;
  readonly counts: Record<Mean, number>;
}

/** A sample is of the second before it. */
const SAMPLE_MS = 1_000;

/**
 * Minutes of every instrument for `ws_bars_1m`: the bars that were built of its prints, with mid and mark over the same minute and the
 * means of its live book. It builds no bar of prints itself. A minute of which nothing is known has no row.
 */
export class MinuteBars {
  /** By instrument, then by the start of the minute. */
  readonly #minutes = new Map<string, Map<number, Minute>>();
  #closedMs = 0;
  /** Values of a minute that was told already. */
  late = 0;

  /** Every sample of a book, as it was composed. */
  onSample({ instrument, sample }: SampledBook): void {
    if (sample.book_state !== 'live') return;
    const minute = this.#minuteOf(instrument, sample.ts - SAMPLE_MS);
    if (minute === null) return;
    minute.liveSeconds += 1;
    minute.mid = extended(minute.mid, midOf(sample));
    for (const name of MEANS) {
      const value = name === 'imbalance' ? imbalanceOf(sample) : sample[name];
      if (value === null) continue;
      minute.sums[name] += value;
      minute.counts[name] += 1;
    }
  }

  /** A mark that came when its minute was over and told counts for none, whichever minute was the first that we saw. */
  onMark({ instrument, ts_event, ts_recv, mark_price, quality }: MarkEvent): void {
    if (mark_price === null || quality === 'suspect' || quality === 'missing') return;
    const isOver = minuteOf(ts_event) + MINUTE_MS + MINUTE_GRACE_MS <= ts_recv;
    const minute = isOver ? this.#lateMinute() : this.#minuteOf(instrument, ts_event);
    if (minute !== null) minute.mark = extended(minute.mark, mark_price);
  }

  /** Every bar of prints, once it is closed. */
  onBar(closed: ClosedBar): void {
    const minute = this.#minuteOf(closed.instrument, closed.bar.ts - MINUTE_MS);
    if (minute !== null) minute.closed = closed;
  }

  /** Minutes that ended at least the grace before `nowMs`, by instrument as they were first seen. Bars of prints must be told before. */
  due(nowMs: number): readonly MinuteBar[] {
    const found: MinuteBar[] = [];
    const closedMs = minuteOf(nowMs - MINUTE_GRACE_MS);
    if (closedMs <= this.#closedMs) return found;
    this.#closedMs = closedMs;
    for (const [instrument, minutes] of this.#minutes) {
      for (const [start, minute] of minutes) {
        if (start + MINUTE_MS > closedMs) continue;
        minutes.delete(start);
        found.push(barOf(instrument, start, minute));
      }
    }
    return found;
  }

  #lateMinute(): null {
    this.late += 1;
    return null;
  }

  #minuteOf(instrument: string, tsMs: number): Minute | null {
    const start = minuteOf(tsMs);
    if (start + MINUTE_MS <= this.#closedMs) return this.#lateMinute();
    const minutes = this.#minutes.get(instrument) ?? new Map<number, Minute>();
    this.#minutes.set(instrument, minutes);
    const minute = minutes.get(start) ?? { closed: null, mid: null, mark: null, liveSeconds: 0, sums: zeros(), counts: zeros() };
    minutes.set(start, minute);
    return minute;
  }
}

function zeros(): Record<Mean, number> {
  return Object.fromEntries(MEANS.map((name) => [name, 0])) as Record<Mean, number>;
}

/** Null for a crossed or locked book. */
function midOf({ bid, ask, spread_bps }: MicroSample): number | null {
  return bid === null || ask === null || spread_bps === null ? null : (bid + ask) / 2;
}

/** (B − A) / (B + A) over the best ten levels; null while a side is empty (quant spec §2). */
function imbalanceOf({ best10_bid: bid, best10_ask: ask }: MicroSample): number | null {
  return bid === null || ask === null || bid <= 0 || ask <= 0 ? null : (bid - ask) / (bid + ask);
}

function extended(ohlc: Ohlc | null, value: number | null): Ohlc | null {
  if (value === null) return ohlc;
  if (ohlc === null) return { open: value, high: value, low: value, close: value };
  ohlc.high = Math.max(ohlc.high, value);
  ohlc.low = Math.min(ohlc.low, value);
  ohlc.close = value;
  return ohlc;
}

function barOf(instrument: string, minute: number, { closed, mid, mark, liveSeconds, sums, counts }: Minute): MinuteBar {
  const { bar, taker } = closed ?? { bar: null, taker: null };
  return {
    instrument,
    minute,
    open: bar?.open ?? null,
    high: bar?.high ?? null,
    low: bar?.low ?? null,
    close: bar?.close ?? null,
    volume: bar?.volume ?? null,
    quote_volume: bar?.quote_volume ?? null,
    trades: bar?.trades ?? null,
    taker_buy: taker?.buy ?? null,
    taker_sell: taker?.sell ?? null,
    mid_open: mid?.open ?? null,
    mid_high: mid?.high ?? null,
    mid_low: mid?.low ?? null,
    mid_close: mid?.close ?? null,
    mark_open: mark?.open ?? null,
    mark_high: mark?.high ?? null,
    mark_low: mark?.low ?? null,
    mark_close: mark?.close ?? null,
    ...(Object.fromEntries(MEANS.map((name) => [name, counts[name] === 0 ? null : sums[name] / counts[name]])) as Record<
      Mean,
      number | null
    >),
    book_live_ms: liveSeconds * SAMPLE_MS,
    available_at: minute + MINUTE_MS + MINUTE_GRACE_MS,
  };
}
