import { LivepoolError } from '../../core/errors.ts';
import { isMissingCredentials } from './missing-credentials.ts';

/** gRPC status codes (google.rpc.Code) that are told apart here. */
export const GRPC = {
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** Answers that mean a wrong request, wrong rights or a missing database: the same call fails again. */
const REFUSALS: ReadonlySet<number> = new Set([
  GRPC.invalidArgument,
  GRPC.notFound,
  GRPC.permissionDenied,
  GRPC.failedPrecondition,
  GRPC.unauthenticated,
]);

/** gRPC code of what a Google client threw; undefined for anything else. */
export function grpcCode(thrown: unknown): number | undefined {
  const code = (thrown as { readonly code?: unknown } | null)?.code;
  return typeof code === 'number' ? code : undefined;
}

/** The error of a call that certainly wrote nothing: STORE_REFUSED when repeating is useless, else STORE_UNAVAILABLE. */
export function callFailed(thrown: unknown, service: string, what: string): LivepoolError {
  if (thrown instanceof LivepoolError) return thrown;
  const code = grpcCode(thrown);
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  if (isMissingCredentials(thrown) || (code !== undefined && REFUSALS.has(code))) {
    const message = `${service} refused ${what} (${code ?? 'no code'}): ${text}; check rights, database and configuration`;
    return new LivepoolError('STORE_REFUSED', 'terminal', message, { code, what }, thrown);
  }
  const message = `${service} did not answer ${what} usably (${code ?? 'no code'}): ${text}`;
  return new LivepoolError('STORE_UNAVAILABLE', 'transient', message, { code, what }, thrown);
}
