import type { OAuth2Client } from 'google-auth-library';
import { z } from 'zod';
import { err, ok, type Refusal, type Result } from '../../core/result.ts';
import { parseStrictJson } from '../../core/strict-json.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CertificateSource } from './token-certificates.ts';

/** Who may call one deployable, and how that is known. */
export interface CallerPolicy {
  /** The configured URL of the deployable; compared exactly. */
  readonly audience: string;
  readonly issuer: string;
  /** E-mail addresses. */
  readonly callers: readonly string[];
  /**
   * `platform`: the invoker check of Cloud Run stands in front, so a token without its signature is believed when it carries that
   * check's marker. A token that has a signature is verified all the same.
   */
  readonly signature: 'required' | 'platform';
}

export interface CallerTokenDeps {
  readonly certificates: CertificateSource;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** A caller whose token was verified. */
export interface Caller {
  readonly email: string;
}

/** Judges the value of an Authorization header. */
export type CallerCheck = (authorization: string | undefined) => Promise<Result<Caller, Refusal>>;

/** How far the clocks of issuer and verifier may be apart (operations spec §5). */
const SKEW_S = 60;

const MAX_TOKEN_CHARS = 8_192;

/** What Cloud Run puts in place of a signature that its own invoker check has verified; anybody can write it. */
const REMOVED = 'SIGNATURE_REMOVED_BY_GOOGLE';

const headerSchema = z.object({ alg: z.literal('RS256'), kid: z.string().min(1) });

/** Tokens are an open contract: other claims are ignored. */
const claimsSchema = z.object({
  iss: z.string(),
  aud: z.string(),
  exp: z.int(),
  iat: z.int(),
  email: z.string(),
  email_verified: z.literal(true),
});

/**
 * Verifies the OIDC token of a caller (operations spec §5): RS256 and nothing else, signature against the issuer's certificates,
 * issuer, audience, `exp` and `iat` within 60 s, verified e-mail; then the allow-list. UNAUTHENTICATED for a token that is missing
 * or invalid, CALLER_FORBIDDEN for a valid one of somebody who is not listed. Messages never quote the token.
 */
export function callerToken(deps: CallerTokenDeps, policy: CallerPolicy): CallerCheck {
  let client: Promise<OAuth2Client> | undefined;
  return async (authorization) => {
    const token = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined || token.length > MAX_TOKEN_CHARS) return unauthenticated('a bearer token is needed');
    const [head = '', body = '', signature] = token.split('.');
    const removed = signature === REMOVED;
    if (removed && policy.signature === 'required') {
      return unauthenticated('the platform removed the signature of the token (docs/decisions/0010)');
    }
    const header = headerSchema.safeParse(partOf(head));
    if (!header.success) return unauthenticated('the token is not signed with RS256 by a named key');
    const claims = claimsSchema.safeParse(partOf(body));
    if (!claims.success) return unauthenticated('the token lacks a claim, or its e-mail is not verified');
    const fault = faultOf(claims.data, policy, deps.clock.nowMs() / 1_000);
    if (fault !== null) return unauthenticated(fault);
    if (!removed) {
      const certificates = await deps.certificates(header.data.kid);
      client ??= import('google-auth-library').then(({ OAuth2Client: Client }) => new Client());
      if (!(await isGenuine(await client, token, certificates, policy))) return unauthenticated('the token is not genuine');
    }
    const { email } = claims.data;
    if (policy.callers.includes(email)) return ok({ email });
    return err({ code: 'CALLER_FORBIDDEN', message: `${email} may not call this function`, details: { email } });
  };
}

function faultOf(claims: z.infer<typeof claimsSchema>, { audience, issuer }: CallerPolicy, nowS: number): string | null {
  if (claims.iss !== issuer) return 'the token is of another issuer';
  if (claims.aud !== audience) return 'the token is for another audience';
  if (claims.exp + SKEW_S < nowS) return 'the token has expired';
  return claims.iat - SKEW_S > nowS ? 'the token is not valid yet' : null;
}

/** The library judges the signature, and all of the above once more with wider limits. */
async function isGenuine(
  client: OAuth2Client,
  token: string,
  certificates: Readonly<Record<string, string>>,
  { audience, issuer }: CallerPolicy,
): Promise<boolean> {
  try {
    await client.verifySignedJwtWithCertsAsync(token, certificates, audience, [issuer]);
    return true;
  } catch {
    return false;
  }
}

function partOf(segment: string): unknown {
  const parsed = parseStrictJson(Buffer.from(segment, 'base64url'), { maxBytes: MAX_TOKEN_CHARS, maxDepth: 4 });
  return parsed.ok ? parsed.value : undefined;
}

function unauthenticated(message: string): { readonly ok: false; readonly error: Refusal } {
  return err({ code: 'UNAUTHENTICATED', message });
}
