import { err, ok, type Result } from '../../../core/result.ts';
import { decimalUnits } from '../../book/decimal-units.ts';
import type { BookDigits } from '../../book/order-book.ts';
import type { FrameRefusal } from '../frame-reader.ts';
import { FrameRefused } from '../frame-syntax.ts';
import { arrayOf, instantOf, integerOf, objectOf, textOf } from '../json-fields.ts';

/** One trade of a v2 `trade` frame. `side` is the taker's. */
export interface VenueTrade {
  readonly symbol: string;
  readonly tradeId: number;
  readonly side: 'buy' | 'sell';
  readonly price: number;
  readonly size: number;
  readonly tsEventMs: number;
}

/**
 * Trades of a v2 `trade` frame decoded with number texts, price in ticks and size in lots; an empty list for any other frame.
 * `digitsOf` answers undefined for a symbol that is not followed.
 */
export function parseTrades(
  message: unknown,
  digitsOf: (symbol: string) => BookDigits | undefined,
): Result<readonly VenueTrade[], FrameRefusal> {
  try {
    const frame = objectOf(message, 'frame');
    return ok(frame.channel === 'trade' ? arrayOf(frame.data, 'data').map((entry) => trade(entry, digitsOf)) : []);
  } catch (thrown) {
    if (thrown instanceof FrameRefused) return err(thrown.refusal);
    throw thrown;
  }
}

function trade(value: unknown, digitsOf: (symbol: string) => BookDigits | undefined): VenueTrade {
  const entry = objectOf(value, 'trade');
  const symbol = textOf(entry.symbol, 'symbol');
  const digits = digitsOf(symbol);
  if (digits === undefined) throw new FrameRefused('unknown_symbol', symbol);
  if (entry.side !== 'buy' && entry.side !== 'sell') throw new FrameRefused('shape', 'side of a trade');
  const price = decimalUnits(textOf(entry.price, 'price'), digits.priceDecimals);
  const size = decimalUnits(textOf(entry.qty, 'qty'), digits.sizeDecimals);
  if (price <= 0 || size <= 0) throw new FrameRefused('shape', 'price or quantity of a trade');
  const tsEventMs = instantOf(entry.timestamp, 'timestamp', Number.NaN);
  if (Number.isNaN(tsEventMs)) throw new FrameRefused('shape', 'timestamp of a trade');
  return { symbol, tradeId: integerOf(entry.trade_id, 'trade_id'), side: entry.side, price, size, tsEventMs };
}
