import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callerToken } from '#shared/adapters/gcp/caller-token.ts';
import { tokenCertificates } from '#shared/adapters/gcp/token-certificates.ts';
import { type Claims, startTokenIssuer, type TokenIssuer } from '../token-issuer.ts';

const AUDIENCE = 'https://score.example.run.app';
const EMAIL = 'sa-push-score@example.iam.gserviceaccount.com';

let issuer: TokenIssuer;
beforeAll(async () => {
  issuer = await startTokenIssuer();
});
afterAll(() => issuer.stop());

/** The library compares with the machine's clock, so these tokens live around it. */
const nowS = (): number => Math.floor(Date.now() / 1_000);

const good = (): Claims => ({ aud: AUDIENCE, email: EMAIL, iat: nowS(), exp: nowS() + 3_600 });

function verifier(
  nowMs: () => number = () => Date.now(),
  url = issuer.certificatesUrl,
  signature: 'required' | 'platform' = 'required',
) {
  const clock = { nowMs };
  const policy = { audience: AUDIENCE, issuer: issuer.issuer, callers: [EMAIL], signature };
  return callerToken({ clock, certificates: tokenCertificates({ url, clock }) }, policy);
}

/** The caller's address, or the code of the refusal. */
async function verdict(authorization: string | undefined): Promise<string> {
  const result = await verifier()(authorization);
  return result.ok ? result.value.email : result.error.code;
}

describe('OV-04: the token of a caller', () => {
  it('good', async () => {
    expect(await verdict(`Bearer ${issuer.token(good())}`)).toBe(EMAIL);
    expect(await verdict(`bearer ${issuer.token({ ...good(), exp: nowS() - 55 })}`)).toBe(EMAIL);
  });

  it.each<[string, () => string | undefined]>([
    ['is missing', () => undefined],
    ['is no bearer token', () => `Basic ${Buffer.from('a:b').toString('base64')}`],
    ['is for another audience', () => issuer.token({ ...good(), aud: `${AUDIENCE}/` })],
    ['is for several audiences', () => issuer.token({ ...good(), aud: [AUDIENCE] as unknown as string })],
    ['says alg none', () => issuer.token(good(), { alg: 'none' })],
    ['says alg HS256', () => issuer.token(good(), { alg: 'HS256' })],
    ['expired 61 s ago', () => issuer.token({ ...good(), exp: nowS() - 62 })],
    ['is not valid for another 61 s', () => issuer.token({ ...good(), iat: nowS() + 65 })],
    ['is of another issuer', () => issuer.token({ ...good(), iss: 'https://accounts.google.com' })],
    ['has an e-mail that nobody verified', () => issuer.token({ ...good(), email_verified: false })],
    ['names a key that the issuer does not have', () => issuer.token(good(), { kid: 'made-up' })],
    ['lost its signature at the platform', () => unsigned(issuer.token(good()))],
    ['was changed after it was signed', () => tampered(issuer.token(good()))],
    ['is endless', () => `${issuer.token(good())}${'A'.repeat(10_000)}`],
  ])('%s', async (_fault, make) => {
    const token = make();
    const header = token === undefined || token.startsWith('Basic') ? token : `Bearer ${token}`;
    expect(await verdict(header)).toBe('UNAUTHENTICATED');
  });

  it('valid, but of somebody who is not on the list', async () => {
    expect(await verdict(`Bearer ${issuer.token({ ...good(), email: 'mallory@example.com' })}`)).toBe('CALLER_FORBIDDEN');
  });

  it('never shows in a refusal', async () => {
    const token = tampered(issuer.token(good()));
    expect(JSON.stringify(await verifier()(`Bearer ${token}`))).not.toContain(token.slice(10, 40));
  });
});

describe('behind the invoker check of the platform', () => {
  const judge = async (token: string): Promise<string> => {
    const result = await verifier(undefined, undefined, 'platform')(`Bearer ${token}`);
    return result.ok ? result.value.email : result.error.code;
  };

  it('believes the marker that the platform leaves, and still asks who, for whom and when', async () => {
    expect(await judge(unsigned(issuer.token(good())))).toBe(EMAIL);
    expect(await judge(unsigned(issuer.token({ ...good(), email: 'mallory@example.com' })))).toBe('CALLER_FORBIDDEN');
    expect(await judge(unsigned(issuer.token({ ...good(), aud: 'https://build.example.run.app' })))).toBe('UNAUTHENTICATED');
    expect(await judge(unsigned(issuer.token({ ...good(), exp: nowS() - 62 })))).toBe('UNAUTHENTICATED');
  });

  it('verifies a signature that is there', async () => {
    expect(await judge(issuer.token(good()))).toBe(EMAIL);
    expect(await judge(tampered(issuer.token(good())))).toBe('UNAUTHENTICATED');
  });
});

/** A token as Cloud Run hands it on after its own check. */
function unsigned(token: string): string {
  return `${token.split('.').slice(0, 2).join('.')}.SIGNATURE_REMOVED_BY_GOOGLE`;
}

/** The same token with another e-mail in its claims. */
function tampered(token: string): string {
  const [head, , signature] = token.split('.');
  const claims = Buffer.from(JSON.stringify({ ...good(), iss: issuer.issuer, email_verified: true, exp: nowS() + 9 }));
  return `${head}.${claims.toString('base64url')}.${signature}`;
}

describe('the certificates', () => {
  it('are fetched once an hour, and again for a key that is not known yet', async () => {
    let aheadMs = 0;
    const verify = verifier(() => Date.now() + aheadMs);
    const accepted = async (): Promise<boolean> =>
      (await verify(`Bearer ${issuer.token({ ...good(), exp: nowS() + 9_000 })}`)).ok;
    const before = issuer.fetches();
    expect([await accepted(), await accepted(), issuer.fetches() - before]).toEqual([true, true, 1]);
    issuer.rotate();
    expect([await accepted(), issuer.fetches() - before]).toEqual([false, 1]);
    aheadMs = 61_000;
    expect([await accepted(), issuer.fetches() - before]).toEqual([true, 2]);
    aheadMs = 61_000 + 3_600_000;
    expect([await accepted(), issuer.fetches() - before]).toEqual([true, 3]);
  });

  it('that cannot be had let nobody in, and the next request tries again', async () => {
    const verify = verifier(() => Date.now(), 'http://127.0.0.1:1/certs');
    await expect(verify(`Bearer ${issuer.token(good())}`)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      kind: 'transient',
    });
    await expect(verify(`Bearer ${issuer.token(good())}`)).rejects.toMatchObject({ kind: 'transient' });
  });
});
