/** When a venue's REST endpoints are left alone (market data spec §5). */
const MOST_FAILURES_IN_A_ROW = 5;
const MOST_FAILED_SHARE = 0.2;
const LEAST_SAMPLES = 10;
const WINDOW_MS = 60_000;
const OPEN_MS = 60_000;
const PROBES = 3;

interface Outcome {
  readonly atMs: number;
  readonly isFailure: boolean;
}

export type BreakerState = 'closed' | 'open' | 'probing';

/**
 * Opens after five failures in a row, or when more than a fifth of the last minute's requests failed; after a minute lets three
 * probes through, and closes when all of them succeed.
 */
export class CircuitBreaker {
  #outcomes: Outcome[] = [];
  #failuresInRow = 0;
  #openUntilMs: number | null = null;
  #probesLeft = 0;
  #probesPassed = 0;
  /** It was open, and no request has succeeded since it closed. */
  #isFresh = false;

  /** Failures in a row since it closed again; 0 once a request succeeded. */
  get relapses(): number {
    return this.#isFresh ? this.#failuresInRow : 0;
  }

  state(nowMs: number): BreakerState {
    if (this.#openUntilMs === null) return 'closed';
    return nowMs < this.#openUntilMs ? 'open' : 'probing';
  }

  /** Whether a request may leave now; a probe is counted as taken. */
  admits(nowMs: number): boolean {
    const state = this.state(nowMs);
    if (state === 'probing' && this.#probesLeft > 0) this.#probesLeft -= 1;
    else if (state !== 'closed') return false;
    return true;
  }

  succeeded(nowMs: number): void {
    this.#note(false, nowMs);
    this.#failuresInRow = 0;
    this.#isFresh = false;
    if (this.state(nowMs) !== 'probing') return;
    this.#probesPassed += 1;
    if (this.#probesPassed >= PROBES) this.#close();
  }

  failed(nowMs: number): void {
    this.#note(true, nowMs);
    this.#failuresInRow += 1;
    if (this.state(nowMs) === 'open') return;
    const failures = this.#outcomes.filter((outcome) => outcome.isFailure).length;
    const isBad = this.#outcomes.length >= LEAST_SAMPLES && failures / this.#outcomes.length > MOST_FAILED_SHARE;
    const isProbing = this.state(nowMs) === 'probing';
    if (this.#failuresInRow >= MOST_FAILURES_IN_A_ROW || isBad || isProbing) this.#open(nowMs);
  }

  #note(isFailure: boolean, atMs: number): void {
    this.#outcomes = [...this.#outcomes.filter((outcome) => outcome.atMs > atMs - WINDOW_MS), { atMs, isFailure }];
  }

  #open(nowMs: number): void {
    this.#openUntilMs = nowMs + OPEN_MS;
    this.#probesLeft = PROBES;
    this.#probesPassed = 0;
  }

  #close(): void {
    this.#openUntilMs = null;
    this.#outcomes = [];
    this.#failuresInRow = 0;
    this.#isFresh = true;
  }
}
