import { CONNECTION_LIMIT } from '../book-sync/event-window.ts';

/** Connection attempts to one host, shared by all its connections: at most 100 in ten minutes (market data spec §4.4). */
export class HostAttempts {
  #times: number[] = [];

  /** When the next attempt may be made: now, or when the oldest of a full window leaves it. */
  allowedAtMs(nowMs: number): number {
    this.#times = this.#times.filter((time) => time > nowMs - CONNECTION_LIMIT.windowMs);
    const excess = this.#times.length - CONNECTION_LIMIT.most;
    return excess < 0 ? nowMs : this.#times[excess]! + CONNECTION_LIMIT.windowMs;
  }

  note(nowMs: number): void {
    this.#times.push(nowMs);
  }
}
