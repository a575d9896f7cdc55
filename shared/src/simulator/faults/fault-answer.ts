import type { VenueAnswer } from '../venues/venue-http.ts';
import type { Fault } from './fault.ts';

/** How an answer reaches the client. `hang` = never; `cut` = the connection breaks after the body's first half. */
export interface Delivery {
  readonly answer: VenueAnswer;
  readonly delayMs: number;
  readonly mode: 'whole' | 'cut' | 'hang';
}

const MAINTENANCE_PAGE =
  '<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>We will be back soon</h1></body></html>';

/** The true answer as a fault lets it through; no fault = unchanged. `tooMany` is the venue's own way of refusing for rate. */
export function deliver(
  answer: VenueAnswer,
  fault: Fault | undefined,
  tooMany: (retryAfterSec: number) => VenueAnswer,
): Delivery {
  switch (fault?.kind) {
    case undefined:
      return { answer, delayMs: 0, mode: 'whole' };
    case 'http_429':
      return { answer: tooMany(fault.retryAfterSec ?? 1), delayMs: 0, mode: 'whole' };
    case 'http_5xx':
      return {
        answer: textAnswer(fault.status ?? 520, 'text/plain', `error code: ${fault.status ?? 520}`),
        delayMs: 0,
        mode: 'whole',
      };
    case 'http_html':
      return { answer: textAnswer(200, 'text/html', MAINTENANCE_PAGE), delayMs: 0, mode: 'whole' };
    case 'http_timeout':
      return { answer, delayMs: 0, mode: 'hang' };
    case 'http_slow':
      return { answer, delayMs: fault.delayMs ?? 250, mode: 'whole' };
    case 'http_truncated':
      return fault.cutConnection === true
        ? { answer, delayMs: 0, mode: 'cut' }
        : { answer: { ...answer, body: answer.body.slice(0, Math.ceil(answer.body.length / 2)) }, delayMs: 0, mode: 'whole' };
  }
}

/** An answer of the edge in front of the venue: HTTP 429, plain text, `Retry-After` unless 0. */
export function edgeTooMany(retryAfterSec: number): VenueAnswer {
  const headers: Record<string, string> = retryAfterSec > 0 ? { 'retry-after': String(retryAfterSec) } : {};
  return { ...textAnswer(429, 'text/plain', 'error code: 1015'), headers: { 'content-type': 'text/plain', ...headers } };
}

function textAnswer(status: number, contentType: string, body: string): VenueAnswer {
  return { status, headers: { 'content-type': contentType }, body };
}
