import type { VenueHealthEvent } from '../../contracts/market-events/market-event.ts';

/** Window over which a venue is judged (market data spec §8.2). */
export const HEALTH_WINDOW_MS = 15 * 60_000;
/** Requests remembered at most; a venue's budget allows far fewer. */
const MOST_SAMPLES = 20_000;

interface Sample {
  readonly atMs: number;
  readonly outcome: 'ok' | 'reject' | 'error';
  readonly latencyMs: number;
}

interface Silence {
  readonly atMs: number;
  readonly gapMs: number;
}

type Measured = Pick<VenueHealthEvent, 'window_ms' | 'samples' | 'rejects' | 'errors' | 'latency_p99_ms' | 'heartbeat_gap_ms'>;

/** What a venue's clients measured about themselves: requests with their outcome and time, and silences of sockets. */
export class HealthWindow {
  #samples: Sample[] = [];
  #silences: Silence[] = [];

  /** `reject`: the venue refused the request; `error`: there was no usable answer. */
  request(outcome: Sample['outcome'], latencyMs: number, atMs: number): void {
    this.#samples.push({ atMs, outcome, latencyMs });
    if (this.#samples.length > MOST_SAMPLES) this.#samples.shift();
  }

  /** A socket was silent for `gapMs` before its last frame. */
  silence(gapMs: number, atMs: number): void {
    const last = this.#silences.at(-1);
    // One entry a second is enough to know the longest gap of a window.
    if (last !== undefined && atMs - last.atMs < 1_000) {
      if (gapMs > last.gapMs) this.#silences[this.#silences.length - 1] = { atMs: last.atMs, gapMs };
    } else this.#silences.push({ atMs, gapMs });
  }

  measured(nowMs: number): Measured {
    const from = nowMs - HEALTH_WINDOW_MS;
    this.#samples = this.#samples.filter(({ atMs }) => atMs > from);
    this.#silences = this.#silences.filter(({ atMs }) => atMs > from);
    const count = (outcome: Sample['outcome']) => this.#samples.filter((sample) => sample.outcome === outcome).length;
    return {
      window_ms: HEALTH_WINDOW_MS,
      samples: this.#samples.length,
      rejects: count('reject'),
      errors: count('error'),
      latency_p99_ms: percentile99(this.#samples.map(({ latencyMs }) => latencyMs)),
      heartbeat_gap_ms: this.#silences.length === 0 ? null : Math.max(...this.#silences.map(({ gapMs }) => gapMs)),
    };
  }
}

/** The smallest value that 99 % do not exceed; null without values. */
function percentile99(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * 0.99) - 1)] ?? null;
}
