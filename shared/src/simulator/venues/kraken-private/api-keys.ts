import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** One API key of an account. */
export interface ApiKey {
  readonly key: string;
  /** Base64, as the venue hands it out. */
  readonly secret: string;
  readonly account: string;
}

interface Known extends ApiKey {
  highestNonce: bigint;
  isRevoked: boolean;
}

const MOST_ERRORS_IN_A_ROW = 5;
const LOCKOUT_MS = 60_000;
/** Ten seconds of nonces made from a clock in milliseconds. */
const RACE = 10_000n;

/** `API-Sign` of a request: HMAC-SHA512 over the path and SHA-256 of nonce and body (market data spec §11.3). */
export function krakenSignature(secret: string, path: string, nonce: string, body: string): string {
  const inner = createHash('sha256').update(nonce + body);
  return createHmac('sha512', Buffer.from(secret, 'base64')).update(path).update(inner.digest()).digest('base64');
}

/** The venue's keys: who signs, and which nonces they have used. */
export class ApiKeys {
  readonly #keys = new Map<string, Known>();
  readonly #errors = new Map<string, { count: number; lockedUntilMs: number }>();

  add(key: ApiKey): void {
    this.#keys.set(key.key, { ...key, highestNonce: -1n, isRevoked: false });
  }

  revoke(isRevoked: boolean): void {
    for (const key of this.#keys.values()) key.isRevoked = isRevoked;
  }

  /** Somebody else used the keys, with higher nonces. */
  race(): void {
    for (const key of this.#keys.values()) if (key.highestNonce >= 0n) key.highestNonce += RACE;
  }

  /** The account that a request speaks for, or the venue's words for why it does not; a good nonce is used up. */
  check(
    { key = '', sign = '' }: { readonly key?: string | undefined; readonly sign?: string | undefined },
    path: string,
    nonce: string,
    body: string,
    nowMs: number,
  ): { readonly account: string } | { readonly error: string } {
    const known = this.#keys.get(key);
    if (known === undefined || known.isRevoked) return { error: 'EAPI:Invalid key' };
    if ((this.#errors.get(key)?.lockedUntilMs ?? 0) > nowMs) return { error: 'EGeneral:Temporary lockout' };
    if (!isEqual(sign, krakenSignature(known.secret, path, nonce, body))) return { error: this.#wrongSignature(key, nowMs) };
    this.#errors.delete(key);
    if (!/^\d{1,20}$/.test(nonce) || BigInt(nonce) <= known.highestNonce) return { error: 'EAPI:Invalid nonce' };
    known.highestNonce = BigInt(nonce);
    return { account: known.account };
  }

  #wrongSignature(key: string, nowMs: number): string {
    const count = (this.#errors.get(key)?.count ?? 0) + 1;
    const isLocked = count >= MOST_ERRORS_IN_A_ROW;
    this.#errors.set(key, { count: isLocked ? 0 : count, lockedUntilMs: isLocked ? nowMs + LOCKOUT_MS : 0 });
    return isLocked ? 'EGeneral:Temporary lockout' : 'EAPI:Invalid signature';
  }
}

function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
