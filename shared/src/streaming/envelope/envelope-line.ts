import { decodeContract } from '../../contracts/decode.ts';
import { envelopeLineSchema, type StreamEnvelope } from '../../contracts/stream-envelope.ts';
import { formatInstantNs, parseInstantNs } from '../../core/instant-ns.ts';
import { err, ok, type Refusal, type Result } from '../../core/result.ts';
import { fromUtf8, utf8 } from '../../core/text-bytes.ts';
import type { ReceivedEnvelope } from './validate-envelope.ts';

const MAX_LINE_BYTES = 16_000_000;

/** The form of an envelope as a line of JSON, without its end: the payload is a text with exactly its bytes (data platform spec §2). */
export function envelopeLine({ tsNs, symbol, source, payload, checksum, version, attributes }: StreamEnvelope): string {
  const text = fromUtf8(payload);
  const packed =
    text === undefined
      ? { payload: Buffer.from(payload).toString('base64'), payload_encoding: 'base64' }
      : { payload: text, payload_encoding: 'utf8' };
  return JSON.stringify({ ts: formatInstantNs(tsNs), symbol, source, ...packed, checksum, version, ...attributes });
}

/** What a line holds, to be validated; DOCUMENT_UNREADABLE for what is no such line. */
export function receivedLine(line: string, name = 'the line'): Result<ReceivedEnvelope, Refusal> {
  const decoded = decodeContract(envelopeLineSchema, utf8(line), name, { maxBytes: MAX_LINE_BYTES });
  if (!decoded.ok) return decoded;
  const { payload, payload_encoding, ...fields } = decoded.value;
  const bytes = payload_encoding === 'utf8' ? utf8(payload) : new Uint8Array(Buffer.from(payload, 'base64'));
  const ns = parseInstantNs(fields.ts);
  if (ns === undefined) return err({ code: 'DOCUMENT_UNREADABLE', message: `${name}: ts is no time that exists` });
  const texts = Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)] as const]));
  return ok({ payload: bytes, fields: { ...Object.fromEntries(texts), ts_ns: String(ns) } });
}
