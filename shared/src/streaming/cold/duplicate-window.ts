/** The newest envelopes by their idempotency key, each with what it waits for (data platform spec §3: 100 000 keys, 10 minutes). */
export class DuplicateWindow {
  /** Envelopes that were known already. */
  hits = 0;
  readonly #most: number;
  readonly #forMs: number;
  readonly #known = new Map<string, { readonly sinceMs: number; readonly kept: Promise<void> }>();

  constructor(most = 100_000, forMs = 600_000) {
    this.#most = most;
    this.#forMs = forMs;
  }

  /** What a known envelope waits for; undefined for a new one. */
  find(key: string): Promise<void> | undefined {
    const known = this.#known.get(key);
    if (known !== undefined) this.hits += 1;
    return known?.kept;
  }

  add(key: string, kept: Promise<void>, nowMs: number): void {
    this.#known.set(key, { sinceMs: nowMs, kept });
    for (const [oldest, { sinceMs }] of this.#known) {
      if (this.#known.size <= this.#most && nowMs - sinceMs <= this.#forMs) break;
      this.#known.delete(oldest);
    }
  }
}
