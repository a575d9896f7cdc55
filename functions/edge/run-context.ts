import { LivepoolError } from '#shared/core/errors.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { Logger } from '#shared/ports/logger.ts';
import type { Random } from '#shared/ports/random.ts';

/** Work stops this long before the platform would end it (operations spec §1). */
const MARGIN_MS = 10_000;

/** Everything a handler knows about the request it serves besides its content. */
export interface RunContext {
  readonly logger: Logger;
  /** 32 hex digits. */
  readonly traceId: string;
  /** E-mail of the verified caller. */
  readonly caller: string;
  /** Time left for work, in ms; 0 or less = stop now. */
  readonly remainingMs: () => number;
  /** Fires when no time is left, with BUDGET_SPENT (transient) as its reason. */
  readonly signal: AbortSignal;
}

/** The time of one request: what is left of it, and a signal at its end. `close` ends the watch. */
export function requestTime(clock: Clock, timeoutS: number): Pick<RunContext, 'remainingMs' | 'signal'> & { close(): void } {
  const workMs = timeoutS * 1_000 - MARGIN_MS;
  const endMs = clock.nowMs() + workMs;
  const end = new AbortController();
  const closed = new AbortController();
  clock.sleep(workMs, closed.signal).then(
    () => end.abort(timeSpent(timeoutS)),
    () => undefined,
  );
  return { remainingMs: () => endMs - clock.nowMs(), signal: end.signal, close: () => closed.abort() };
}

/** Trace id and span id of a request: W3C `traceparent`, Google's older header, or a fresh one. */
export function traceOf(
  headers: Readonly<Record<string, string | undefined>>,
  random: Random,
): { readonly traceId: string; readonly spanId?: string } {
  const w3c = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-/.exec(headers.traceparent ?? '');
  if (w3c !== null) return { traceId: w3c[1]!, spanId: w3c[2]! };
  const google = /^([0-9a-f]{32})(?:\/|$)/.exec(headers['x-cloud-trace-context'] ?? '');
  return { traceId: google?.[1] ?? random.hex(16) };
}

function timeSpent(timeoutS: number): LivepoolError {
  const message = `the ${timeoutS} s of this request are nearly spent; what is done is kept, and the next try goes on from there`;
  return new LivepoolError('BUDGET_SPENT', 'transient', message, { timeout_s: timeoutS });
}
