import { bookReply, listedLevel } from '../book-reply.ts';
import { FrameRefused, type FrameSyntax } from '../frame-syntax.ts';
import { arrayOf, objectOf } from '../json-fields.ts';

/**
 * The REST `Depth` reply of one pair: prices padded to five decimals, sizes cut to three. Good for a comparison, never for a
 * checksum (market data spec §3.1).
 */
export function krakenDepthReply(symbol: string): FrameSyntax {
  return bookReply(symbol, {
    sides: (reply) => {
      if (arrayOf(reply.error, 'error').length > 0) throw new FrameRefused('shape', `error ${JSON.stringify(reply.error)}`);
      return objectOf(Object.values(objectOf(reply.result, 'result'))[0], 'pair');
    },
    level: listedLevel,
  });
}
