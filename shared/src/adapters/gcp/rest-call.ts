import type { GoogleAuth } from 'google-auth-library';
import { LivepoolError } from '../../core/errors.ts';
import { parseStrictJson } from '../../core/strict-json.ts';
import { type Attempt, answerInTime, boundedAttempts, type CallTiming } from './bounded-attempts.ts';
import { isMissingCredentials } from './missing-credentials.ts';

export interface RestOptions extends CallTiming {
  /** Whose API it is, for people. */
  readonly service: string;
  /** What to look at after a refusal. */
  readonly advice: string;
  /** OAuth access token for each call; absent = none is sent, for a stand-in. */
  readonly accessToken?: (() => Promise<string>) | undefined;
  /** The transient error of an answer that does not help. Default: STORE_UNAVAILABLE. */
  readonly unusable?: (url: string, fault: string, cause?: unknown) => LivepoolError;
}

/** One call of a Google REST API: JSON object in, JSON object out. */
export type RestCall = (method: 'GET' | 'POST', url: string, body?: object) => Promise<Readonly<Record<string, unknown>>>;

/** Largest answer read: a public key, a signature, a list of permissions. */
const MAX_ANSWER_BYTES = 65_536;

/**
 * Calls within the budget, repeated while the service is busy or gives no usable answer: only for calls that may be repeated. Errors:
 * STORE_REFUSED for a refusal that repeating cannot change, else the transient error of the options.
 */
export function restCall(options: RestOptions): RestCall {
  return (method, url, body) =>
    boundedAttempts(options, async (): Promise<Attempt<Readonly<Record<string, unknown>>>> => {
      try {
        return { done: await answerInTime(options, () => callOnce(options, method, url, body)) };
      } catch (thrown) {
        const error = thrown instanceof LivepoolError ? thrown : callFailed(options, url, thrown);
        if (error.kind !== 'transient') throw error;
        return { again: error };
      }
    });
}

/** Access tokens of the credentials of the environment, for one scope. */
export function environmentToken(service: string, scope: string): () => Promise<string> {
  let auth: Promise<GoogleAuth> | undefined;
  return async () => {
    auth ??= import('google-auth-library').then(({ GoogleAuth: Auth }) => new Auth({ scopes: scope }));
    const token = await (await auth).getAccessToken();
    if (typeof token === 'string' && token !== '') return token;
    throw new LivepoolError(
      'STORE_REFUSED',
      'terminal',
      `the environment gives no access token for ${service}; check its credentials`,
    );
  };
}

async function callOnce(
  options: RestOptions,
  method: string,
  url: string,
  body: object | undefined,
): Promise<Readonly<Record<string, unknown>>> {
  const { accessToken } = options;
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
  if (!response.ok) throw refusal(options, url, response.status, bytes);
  const parsed = parseStrictJson(bytes, { maxBytes: MAX_ANSWER_BYTES });
  if (!parsed.ok) throw unusableAnswer(options, url, parsed.error.message);
  const { value } = parsed;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw unusableAnswer(options, url, 'no JSON object');
  return value as Readonly<Record<string, unknown>>;
}

function callFailed(options: RestOptions, url: string, thrown: unknown): LivepoolError {
  if (!isMissingCredentials(thrown)) return unusableAnswer(options, url, String(thrown), thrown);
  const message = `no credentials for ${options.service}: ${String(thrown)}`;
  return new LivepoolError('STORE_REFUSED', 'terminal', message, { url }, thrown);
}

function refusal(options: RestOptions, url: string, status: number, bytes: Uint8Array): LivepoolError {
  const text = Buffer.from(bytes.subarray(0, 300)).toString('utf8');
  if (status === 408 || status === 429 || status >= 500) return unusableAnswer(options, url, `status ${status} ${text}`);
  const message = `${options.service} refused ${url} (${status}): ${text}; ${options.advice}`;
  return new LivepoolError('STORE_REFUSED', 'terminal', message, { url, status });
}

function unusableAnswer({ service, unusable }: RestOptions, url: string, fault: string, cause?: unknown): LivepoolError {
  if (unusable !== undefined) return unusable(url, fault, cause);
  const message = `${service} gave no usable answer to ${url}: ${fault}`;
  return new LivepoolError('STORE_UNAVAILABLE', 'transient', message, { url }, cause);
}
