/**
 * What can go wrong with one HTTP answer.
 * - `http_429`: refused for its rate, with `Retry-After` unless `retryAfterSec` is 0.
 * - `http_5xx`: `status` (default 520) without a usable body.
 * - `http_timeout`: no answer at all; the socket stays open.
 * - `http_slow`: the true answer after `delayMs` (default 250).
 * - `http_truncated`: half of the body; `cutConnection` = also break the connection instead of ending the answer.
 * - `http_html`: a maintenance page with status 200.
 */
export const FAULT_KINDS = ['http_429', 'http_5xx', 'http_timeout', 'http_slow', 'http_truncated', 'http_html'] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/**
 * One planned fault. It concerns the requests whose `<venue> <path>?<query>` contains `target` (absent: all of them), and of
 * those either the ones from number `at` on (1-based), `count` of them (default 1), or each with probability `rate`.
 */
export interface Fault {
  readonly kind: FaultKind;
  readonly target?: string;
  readonly at?: number;
  readonly count?: number;
  readonly rate?: number;
  readonly retryAfterSec?: number;
  readonly status?: number;
  readonly delayMs?: number;
  readonly cutConnection?: boolean;
}
