import { err, ok, type Result } from '../../../core/result.ts';
import type { BookInstrument } from '../book-instruments.ts';
import type { FrameRefusal } from '../frame-reader.ts';
import { FrameRefused } from '../frame-syntax.ts';
import { arrayOf, integerOf, objectOf, textOf } from '../json-fields.ts';

/**
 * Digits of every pair in a v2 `instrument` frame (`price_precision`, `qty_precision`), decoded with number texts; an empty list
 * for any other frame. These digits are what the book checksum is rendered with.
 */
export function parsePrecisions(message: unknown): Result<readonly BookInstrument[], FrameRefusal> {
  try {
    const frame = objectOf(message, 'frame');
    if (frame.channel !== 'instrument') return ok([]);
    return ok(arrayOf(objectOf(frame.data, 'data').pairs, 'pairs').map(precision));
  } catch (thrown) {
    if (thrown instanceof FrameRefused) return err(thrown.refusal);
    throw thrown;
  }
}

function precision(value: unknown): BookInstrument {
  const pair = objectOf(value, 'pair');
  const priceDecimals = integerOf(pair.price_precision, 'price_precision');
  const sizeDecimals = integerOf(pair.qty_precision, 'qty_precision');
  if (priceDecimals > 15 || sizeDecimals > 15) throw new FrameRefused('shape', 'precision beyond 15 digits');
  return { symbol: textOf(pair.symbol, 'symbol'), priceDecimals, sizeDecimals };
}
