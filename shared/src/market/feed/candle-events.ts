import type { KlineEvent } from '../../contracts/market-events/trade-events.ts';
import { FrameRefused } from '../venues/frame-syntax.ts';
import { numberOrNull, positiveOf } from '../venues/number-fields.ts';
import { type PollContext, polled } from './poll-task.ts';

/** A bar as the venue tells it; every field as text or number. */
export interface RawCandle {
  readonly openMs: number;
  readonly open: unknown;
  readonly high: unknown;
  readonly low: unknown;
  readonly close: unknown;
  readonly volume: unknown;
  /** In quote units, null where the venue does not say. */
  readonly quoteVolume: number | null;
}

/** A bar counts this long after its close (market data spec §3.1). */
const GRACE_MS = 2_000;

/** Events of the bars that are closed by now; the unfinished one is left out. */
export function candleEvents(
  instrument: string,
  candles: readonly RawCandle[],
  intervalMs: number,
  unit: KlineEvent['unit'],
  context: PollContext,
): readonly KlineEvent[] {
  const isClosed = ({ openMs }: RawCandle) => openMs + intervalMs + GRACE_MS <= context.nowMs;
  return candles.filter(isClosed).map((candle) => event(instrument, candle, intervalMs, unit, context));
}

function event(
  instrument: string,
  candle: RawCandle,
  intervalMs: number,
  unit: KlineEvent['unit'],
  context: PollContext,
): KlineEvent {
  const closeMs = candle.openMs + intervalMs;
  const [open, high, low, close] = (['open', 'high', 'low', 'close'] as const).map((field) => positiveOf(candle[field], field));
  const volume = numberOrNull(candle.volume);
  if (volume === null || volume < 0) throw new FrameRefused('shape', 'volume of a bar');
  const isOrdered = high! >= Math.max(open!, close!, low!) && low! <= Math.min(open!, close!);
  return {
    ...polled(instrument, context, closeMs, isOrdered ? 'live' : 'suspect', closeMs + GRACE_MS),
    type: 'kline',
    unit,
    interval_ms: intervalMs,
    open: open!,
    high: high!,
    low: low!,
    close: close!,
    volume,
    quote_volume: candle.quoteVolume,
  };
}
