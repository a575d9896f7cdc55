import { LivepoolError } from '../../core/errors.ts';
import { parseStrictJson } from '../../core/strict-json.ts';
import type { Clock } from '../../ports/clock.ts';

/** Key id to PEM (certificate or public key), as the issuer of tokens publishes them. */
export type Certificates = Readonly<Record<string, string>>;

/** The issuer's certificates; the key id that a token names may ask for fresher ones. */
export type CertificateSource = (keyId: string) => Promise<Certificates>;

export interface TokenCertificatesOptions {
  /** A JSON map of key id to PEM. */
  readonly url: string;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** Longest time that certificates are believed (operations spec §5). */
const KEEP_MS = 3_600_000;

/** An unknown key id is looked for again after this: keys rotate, and a flood of made-up ids must not become a flood of fetches. */
const LOOK_AGAIN_MS = 60_000;

const MAX_BYTES = 65_536;
const TIMEOUT_MS = 10_000;

/** Certificates behind a URL, cached for an hour at most. STORE_UNAVAILABLE (transient) when they cannot be had: nobody is let in. */
export function tokenCertificates({ url, clock }: TokenCertificatesOptions): CertificateSource {
  let kept: { readonly certificates: Promise<Certificates>; readonly atMs: number } | undefined;
  const fresh = (): Promise<Certificates> => {
    const fetched = { certificates: fetchCertificates(url), atMs: clock.nowMs() };
    kept = fetched;
    fetched.certificates.catch(() => {
      if (kept === fetched) kept = undefined;
    });
    return fetched.certificates;
  };
  return async (keyId) => {
    if (kept === undefined || clock.nowMs() - kept.atMs >= KEEP_MS) return fresh();
    const certificates = await kept.certificates;
    if (Object.hasOwn(certificates, keyId) || clock.nowMs() - (kept?.atMs ?? 0) < LOOK_AGAIN_MS) return certificates;
    return fresh();
  };
}

async function fetchCertificates(url: string): Promise<Certificates> {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const parsed = parseStrictJson(new Uint8Array(await response.arrayBuffer()), { maxBytes: MAX_BYTES, maxDepth: 1 });
    if (response.ok && parsed.ok && isCertificates(parsed.value)) return parsed.value;
    throw new Error(`status ${response.status}, no map of key id to PEM`);
  } catch (cause) {
    const message = `the certificates at ${url} cannot be had: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new LivepoolError('STORE_UNAVAILABLE', 'transient', message, { url }, cause);
  }
}

function isCertificates(value: unknown): value is Certificates {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  return Object.values(value).every((pem) => typeof pem === 'string');
}
