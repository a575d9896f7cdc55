import type { GoogleAuth } from 'google-auth-library';
import { LivepoolError } from '../../core/errors.ts';
import { parseStrictJson } from '../../core/strict-json.ts';
import { type Attempt, answerInTime, boundedAttempts, type CallTiming } from './bounded-attempts.ts';
import { isMissingCredentials } from './missing-credentials.ts';

export interface KmsRestOptions extends CallTiming {
  /** Another service that speaks the API, `http://host:port`. Default: Google's. */
  readonly apiEndpoint?: string;
  /** OAuth access token for each call. Default: the credentials of the environment, none for another `apiEndpoint`. */
  readonly accessToken?: () => Promise<string>;
}

/** One call of the Cloud KMS REST API: JSON object in, JSON object out. */
export type KmsCall = (method: 'GET' | 'POST', path: string, body?: object) => Promise<Readonly<Record<string, unknown>>>;

const GOOGLE = 'https://cloudkms.googleapis.com';

const SCOPE = 'https://www.googleapis.com/auth/cloudkms';

/** Largest answer read: a public key or a signature. */
const MAX_ANSWER_BYTES = 65_536;

/**
 * Calls within the budget; repeated while the service is busy or gives no usable answer, which is harmless for both calls made
 * here. Errors: STORE_REFUSED for a refusal that repeating cannot change, else SIGNING_FAILED (transient).
 */
export function kmsRest(options: KmsRestOptions): KmsCall {
  const { apiEndpoint = GOOGLE } = options;
  const accessToken = options.accessToken ?? (apiEndpoint === GOOGLE ? environmentToken() : undefined);
  return (method, path, body) =>
    boundedAttempts(options, async (): Promise<Attempt<Readonly<Record<string, unknown>>>> => {
      try {
        return { done: await answerInTime(options, () => callOnce(`${apiEndpoint}/v1/${path}`, method, body, accessToken)) };
      } catch (thrown) {
        const error = thrown instanceof LivepoolError ? thrown : callFailed(path, thrown);
        if (error.kind !== 'transient') throw error;
        return { again: error };
      }
    });
}

/** The error of an answer that does not help; another attempt may. */
export function unusable(path: string, fault: string, cause?: unknown): LivepoolError {
  return new LivepoolError(
    'SIGNING_FAILED',
    'transient',
    `Cloud KMS gave no usable answer to ${path}: ${fault}`,
    { path },
    cause,
  );
}

function callFailed(path: string, thrown: unknown): LivepoolError {
  if (!isMissingCredentials(thrown)) return unusable(path, String(thrown), thrown);
  return new LivepoolError('STORE_REFUSED', 'terminal', `no credentials for Cloud KMS: ${String(thrown)}`, { path }, thrown);
}

function environmentToken(): () => Promise<string> {
  let auth: Promise<GoogleAuth> | undefined;
  return async () => {
    auth ??= import('google-auth-library').then(({ GoogleAuth: Auth }) => new Auth({ scopes: SCOPE }));
    const token = await (await auth).getAccessToken();
    if (typeof token === 'string' && token !== '') return token;
    throw new LivepoolError(
      'STORE_REFUSED',
      'terminal',
      'the environment gives no access token for Cloud KMS; check its credentials',
    );
  };
}

async function callOnce(
  url: string,
  method: string,
  body: object | undefined,
  accessToken: (() => Promise<string>) | undefined,
): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(url, {
    method,
    redirect: 'error',
    headers: {
      ...(accessToken === undefined ? {} : { authorization: `Bearer ${await accessToken()}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (!response.ok) throw refusal(url, response.status, bytes);
  const parsed = parseStrictJson(bytes, { maxBytes: MAX_ANSWER_BYTES });
  if (!parsed.ok) throw unusable(url, parsed.error.message);
  const { value } = parsed;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw unusable(url, 'no JSON object');
  return value as Readonly<Record<string, unknown>>;
}

function refusal(url: string, status: number, bytes: Uint8Array): LivepoolError {
  const text = Buffer.from(bytes.subarray(0, 300)).toString('utf8');
  if (status === 408 || status === 429 || status >= 500) return unusable(url, `status ${status} ${text}`);
  const message = `Cloud KMS refused ${url} (${status}): ${text}; check the key's name, state and the right to sign`;
  return new LivepoolError('STORE_REFUSED', 'terminal', message, { url, status });
}
