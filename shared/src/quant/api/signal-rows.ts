import type { QuantSignal } from '../../contracts/quant-signal.ts';
import type { QuantBoard, TickScope } from './quant-board.ts';

/** Which signals are asked for; null = all. */
export interface SignalWish {
  readonly symbol: string | null;
  readonly timeframe: string | null;
}

/** The newest signals of what is watched now, newest first: a label of a symbol that nobody follows any more says nothing. */
export async function signalRows(
  board: QuantBoard,
  { symbols, timeframes }: TickScope,
  { symbol, timeframe }: SignalWish,
): Promise<readonly QuantSignal[]> {
  const watched = new Set(symbols);
  const signals = await board.signals();
  return signals
    .filter((signal) => watched.has(signal.symbol) && timeframes.includes(signal.timeframe))
    .filter((signal) => symbol === null || signal.symbol === symbol)
    .filter((signal) => timeframe === null || signal.timeframe === timeframe);
}
