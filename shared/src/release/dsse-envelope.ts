import { decodeContract } from '../contracts/decode.ts';
import { type DsseEnvelope, dsseEnvelopeSchema } from '../contracts/dsse-envelope.ts';
import { compactJson } from '../core/compact-json.ts';
import type { Refusal, Result } from '../core/result.ts';
import { utf8 } from '../core/text-bytes.ts';

/** Bytes of `release.dsse.json` or `log/<seq>.dsse.json`: the statement's exact bytes with one signature. */
export function encodeDsseEnvelope(payloadType: string, body: Uint8Array, keyId: string, signature: Uint8Array): Uint8Array {
  const sig = Buffer.from(signature).toString('base64');
  return utf8(compactJson({ payloadType, payload: Buffer.from(body).toString('base64'), signatures: [{ keyid: keyId, sig }] }));
}

/** Shape of an envelope read from foreign bytes; its signatures are not checked here. */
export function decodeDsseEnvelope(bytes: Uint8Array): Result<DsseEnvelope, Refusal> {
  return decodeContract(dsseEnvelopeSchema, bytes, 'signed envelope');
}
