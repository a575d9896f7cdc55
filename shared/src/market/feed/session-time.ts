import type { EventPace } from './book-publisher.ts';

/**
 * The time of a session: that of the input which is worked on, and the ticks of its pace in between. Not a clock: it moves only by
 * its inputs.
 */
export class SessionTime {
  readonly #pace: EventPace;
  #nowMs: number;
  #ticks: number;

  constructor(pace: EventPace, nowMs: number) {
    this.#pace = pace;
    this.#nowMs = nowMs;
    this.#ticks = Math.floor(nowMs / pace.topEveryMs);
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Lets time pass up to `nowMs`; `tick` is called at every multiple of the pace on the way, `isDepthDue` at those of depths. */
  advance(nowMs: number, tick: (atMs: number, isDepthDue: boolean) => void): void {
    const { topEveryMs, depthEveryMs } = this.#pace;
    const last = Math.floor(nowMs / topEveryMs);
    // A process that slept tells the newest numbers once instead of every tick it missed.
    if (last - this.#ticks > 10 * Math.ceil(depthEveryMs / topEveryMs)) this.#ticks = last - 1;
    while (this.#ticks < last) {
      this.#ticks += 1;
      const atMs = this.#ticks * topEveryMs;
      this.#nowMs = Math.max(this.#nowMs, atMs);
      tick(atMs, atMs % depthEveryMs === 0);
    }
    this.#nowMs = Math.max(this.#nowMs, nowMs);
  }
}
