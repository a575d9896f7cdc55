import { z } from 'zod';
import { base64Text, sha256Text } from './text-forms.ts';

/** A signed statement as a file: `release.dsse.json` and the auditor's `log/<seq>.dsse.json` (DSSE protocol v1). */
export const dsseEnvelopeSchema = z.strictObject({
  payloadType: z.string().min(1),
  /** base64 of the exact statement bytes. */
  payload: base64Text,
  signatures: z.array(z.strictObject({ keyid: sha256Text, sig: base64Text })).min(1),
});

export type DsseEnvelope = z.infer<typeof dsseEnvelopeSchema>;
