import { type DsseEnvelope, dsseEnvelopeSchema } from '../contracts/dsse-envelope.ts';
import { compactJson } from '../core/compact-json.ts';
import { err, ok, type Refusal, type Result } from '../core/result.ts';
import { parseStrictJson } from '../core/strict-json.ts';
import { utf8 } from '../core/text-bytes.ts';

/** Bytes of `release.dsse.json` or `log/<seq>.dsse.json`: the statement's exact bytes with one signature. */
export function encodeDsseEnvelope(payloadType: string, body: Uint8Array, keyId: string, signature: Uint8Array): Uint8Array {
  const sig = Buffer.from(signature).toString('base64');
  return utf8(compactJson({ payloadType, payload: Buffer.from(body).toString('base64'), signatures: [{ keyid: keyId, sig }] }));
}

/** Shape of an envelope read from foreign bytes; its signatures are not checked here. */
export function decodeDsseEnvelope(bytes: Uint8Array): Result<DsseEnvelope, Refusal> {
  const json = parseStrictJson(bytes);
  if (!json.ok) return err({ code: 'STATEMENT_INVALID', message: `envelope: ${json.error.message}`, details: { ...json.error } });
  const parsed = dsseEnvelopeSchema.safeParse(json.value);
  return parsed.success ? ok(parsed.data) : err({ code: 'STATEMENT_INVALID', message: `envelope: ${parsed.error.message}` });
}
