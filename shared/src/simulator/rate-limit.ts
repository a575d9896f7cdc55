/** At most `requests` per `perMs` milliseconds and client; unused room is kept up to `requests`. */
export interface RateLimit {
  readonly requests: number;
  readonly perMs: number;
}

/** What a client may still do. */
export interface RateVerdict {
  readonly allowed: boolean;
  /** Requests left now. */
  readonly remaining: number;
  /** Whole seconds until one more request is allowed; 0 when one is. */
  readonly retryAfterSec: number;
}

/** One token bucket a client. `nowMs` is any clock that does not go back. */
export function rateLimiter(limit: RateLimit): (client: string, nowMs: number) => RateVerdict {
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  const perToken = limit.perMs / limit.requests;
  return (client, nowMs) => {
    const bucket = buckets.get(client) ?? { tokens: limit.requests, atMs: nowMs };
    const tokens = Math.min(limit.requests, bucket.tokens + (nowMs - bucket.atMs) / perToken);
    const allowed = tokens >= 1;
    const left = allowed ? tokens - 1 : tokens;
    buckets.set(client, { tokens: left, atMs: nowMs });
    const retryAfterSec = allowed ? 0 : Math.ceil(((1 - tokens) * perToken) / 1000);
    return { allowed, remaining: Math.floor(left), retryAfterSec };
  };
}
