import type { LogFields } from '#shared/ports/logger.ts';
import type { EdgeRequest } from '../../functions/edge/edge-request.ts';
import type { RunContext } from '../../functions/edge/run-context.ts';

/** The context of a request by `caller`, with all the time it needs. */
export function contextOf(caller: string): RunContext & { readonly events: string[] } {
  const events: string[] = [];
  const log = (event: string, _fields?: LogFields): void => void events.push(event);
  return {
    events,
    caller,
    traceId: '0af7651916cd43dd8448eb211c80319c',
    logger: { info: log, notice: log, warn: log, error: log },
    remainingMs: () => 200_000,
    signal: new AbortController().signal,
  };
}

/** A POST of a JSON value, or of a text as it stands. */
export function postOf(body: unknown, headers: Readonly<Record<string, string>> = {}): EdgeRequest {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: Buffer.from(text) };
}
