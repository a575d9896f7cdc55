import { z } from 'zod';
import { checkContract, decodeContract } from '../contracts/decode.ts';
import { DOCUMENT_PATHS } from '../contracts/names.ts';
import { instantText, sha256Text } from '../contracts/text-forms.ts';
import { LivepoolError } from '../core/errors.ts';
import { formatInstantZ, parseInstant } from '../core/instant.ts';
import { err, ok, type Refusal, type Result } from '../core/result.ts';
import { sha256Hex } from '../core/sha256.ts';
import { utf8 } from '../core/text-bytes.ts';
import { verifySignature } from '../core/verify-signature.ts';
import type { DocumentStore } from '../ports/document-store.ts';

/** Who may approve, by the public half of the key that they sign with. */
export interface Approver {
  readonly email: string;
  /** Ed25519, SPKI DER. */
  readonly publicKeyDer: Uint8Array;
}

/** What an approver signs: this request, now, once. */
const approvalSchema = z.strictObject({
  approver: z.string().min(1),
  /** SHA-256 of the bytes of the approved request. */
  body_sha256: sha256Text,
  nonce: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/, 'must be 16 to 64 letters, digits, dash or underscore'),
  ts: instantText,
});

type SignedApproval = z.infer<typeof approvalSchema>;

const usedSchema = z.strictObject({ approver: z.string(), body_sha256: sha256Text, used_at: z.string() });

/** How old or early an approval may be (operations spec §5). */
const WINDOW_MS = 60_000;

const MAX_APPROVAL_CHARS = 2_048;

/** The bytes that an approver signs: the payload under a name of its own, so that no other signature can stand in for it. */
export function approvalMessage(payload: string): Uint8Array {
  return utf8(`livepool-approval.v1.${payload}`);
}

/**
 * The approver of a request, from a token `<payload>.<signature>` (both base64url): signed by a known key, over exactly these body
 * bytes, within 60 s, used once. The same request delivered again may use it again; another one may not. Anything else is
 * APPROVAL_REQUIRED. A store that does not answer throws, which lets nothing through.
 */
export async function verifyApproval(
  deps: { readonly runs: DocumentStore; readonly approvers: readonly Approver[]; readonly nowMs: number },
  body: Uint8Array,
  token: string | undefined,
): Promise<Result<{ readonly approver: string }, Refusal>> {
  const approval = signedApproval(deps.approvers, token);
  if (!approval.ok) return approval;
  const { approver, body_sha256: bodySha256, ts } = approval.value;
  if (bodySha256 !== sha256Hex(body)) return missing('the approval is for another request');
  if (Math.abs(deps.nowMs - (parseInstant(ts) ?? 0)) > WINDOW_MS) return missing('the approval is not of this minute');
  return (await isFirstUse(deps, approval.value)) ? ok({ approver }) : missing('the approval was used already');
}

function signedApproval(approvers: readonly Approver[], token: string | undefined): Result<SignedApproval, Refusal> {
  const [, payload, signature] = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/.exec(token ?? '') ?? [];
  if (payload === undefined || signature === undefined || (token?.length ?? 0) > MAX_APPROVAL_CHARS) {
    return missing('a second person must approve this request');
  }
  const decoded = decodeContract(approvalSchema, Buffer.from(payload, 'base64url'), 'the approval');
  if (!decoded.ok) return missing(decoded.error.message);
  const known = approvers.find(({ email }) => email === decoded.value.approver);
  const bytes = Buffer.from(signature, 'base64url');
  const isSigned = known !== undefined && verifySignature(known.publicKeyDer, 'ed25519', approvalMessage(payload), bytes);
  return isSigned ? ok(decoded.value) : missing('the approval is not signed by one who may approve');
}

/** One transaction: two requests with one nonce cannot both be first. */
async function isFirstUse(
  { runs, nowMs }: { readonly runs: DocumentStore; readonly nowMs: number },
  { approver, nonce, body_sha256 }: SignedApproval,
): Promise<boolean> {
  const path = DOCUMENT_PATHS.approval(nonce);
  return runs.transaction(async (tx) => {
    const data = await tx.get(path);
    if (data === null) {
      tx.create(path, { approver, body_sha256, used_at: formatInstantZ(nowMs) });
      return true;
    }
    const used = checkContract(usedSchema, data, path);
    if (!used.ok) throw new LivepoolError('STORE_CORRUPT', 'terminal', used.error.message, used.error.details);
    return used.value.approver === approver && used.value.body_sha256 === body_sha256;
  });
}

function missing(message: string): { readonly ok: false; readonly error: Refusal } {
  return err({ code: 'APPROVAL_REQUIRED', message });
}
