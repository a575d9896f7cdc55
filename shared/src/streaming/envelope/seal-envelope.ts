import { ENVELOPE_VERSION, envelopeSource, envelopeSymbol, type StreamEnvelope } from '../../contracts/stream-envelope.ts';
import { invariant } from '../../core/errors.ts';
import type { Blake3 } from '../../ports/blake3.ts';
import { envelopeChecksum } from './checksum.ts';

/** An envelope of the current version with its checksum. A symbol or source of another form is a bug of the sender. */
export function sealEnvelope(blake3: Blake3, content: Omit<StreamEnvelope, 'checksum' | 'version'>): StreamEnvelope {
  const { symbol, source } = content;
  invariant(envelopeSymbol.safeParse(symbol).success, `${symbol} cannot be the symbol of an envelope`);
  invariant(envelopeSource.safeParse(source).success, `${source} cannot be the source of an envelope`);
  return { ...content, checksum: envelopeChecksum(blake3, content), version: ENVELOPE_VERSION };
}
