import { LivepoolError } from '../../core/errors.ts';
import type { CallTiming } from './bounded-attempts.ts';
import { environmentToken, restCall } from './rest-call.ts';

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

/**
 * Calls within the budget; repeating is harmless for both calls made here. Errors: STORE_REFUSED for a refusal that repeating
 * cannot change, else SIGNING_FAILED (transient).
 */
export function kmsRest(options: KmsRestOptions): KmsCall {
  const { apiEndpoint = GOOGLE } = options;
  const call = restCall({
    ...options,
    service: 'Cloud KMS',
    advice: "check the key's name, state and the right to sign",
    accessToken: options.accessToken ?? (apiEndpoint === GOOGLE ? environmentToken('Cloud KMS', SCOPE) : undefined),
    unusable,
  });
  return (method, path, body) => call(method, `${apiEndpoint}/v1/${path}`, body);
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
