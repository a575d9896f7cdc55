import type { StreamEnvelope } from '../../contracts/stream-envelope.ts';
import { utf8 } from '../../core/text-bytes.ts';
import type { Blake3 } from '../../ports/blake3.ts';

/**
 * Checksum of version 1: BLAKE3-256 of payload ‖ `||` ‖ decimal Unix nanoseconds ‖ `||` ‖ symbol ‖ `||` ‖ source (data platform
 * spec §2). Read from the right it is unambiguous, since the last three cannot hold a pipe.
 */
export function envelopeChecksum(
  blake3: Blake3,
  { payload, tsNs, symbol, source }: Pick<StreamEnvelope, 'payload' | 'tsNs' | 'symbol' | 'source'>,
): string {
  return blake3.hex(payload, utf8(`||${tsNs}||${symbol}||${source}`));
}

/** What is delivered twice has the same key (data platform spec §3). */
export function idempotencyKey({ source, symbol, tsNs, checksum }: StreamEnvelope): string {
  return `${source}|${symbol}|${tsNs}|${checksum}`;
}
