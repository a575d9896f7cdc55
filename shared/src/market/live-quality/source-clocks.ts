/** A venue whose every print is off by more is not believed (data platform spec §6). */
const DRIFT_MS = 10_000;

/** So many prints from the future in a row are no accident. */
const AHEAD_IN_A_ROW = 5;

/** Late prints come after every pause, all at once: only for so long they are a clock. */
const BEHIND_FOR_MS = 60_000;

interface Row {
  readonly sinceMs: number;
  readonly isAhead: boolean;
  count: number;
  delayMs: number;
  lastMs: number;
}

/** Clocks of venues by the delays of their prints: off only while every one of them is, and well again with the first that is not. */
export class SourceClocks {
  readonly #rows = new Map<string, Row>();

  note(venue: string, tsEventMs: number, tsRecvMs: number): void {
    const delayMs = tsRecvMs - tsEventMs;
    if (!(Math.abs(delayMs) > DRIFT_MS)) {
      this.#rows.delete(venue);
      return;
    }
    const isAhead = delayMs < 0;
    const known = this.#rows.get(venue);
    const row = known?.isAhead === isAhead ? known : { sinceMs: tsRecvMs, isAhead, count: 0, delayMs, lastMs: tsRecvMs };
    this.#rows.set(venue, row);
    row.count += 1;
    row.delayMs = delayMs;
    row.lastMs = tsRecvMs;
  }

  /** How far our clock is ahead of the venue's while that has drifted, ms; null while it is right. */
  driftMs(venue: string): number | null {
    const row = this.#rows.get(venue);
    if (row === undefined) return null;
    const isDrift = row.isAhead ? row.count >= AHEAD_IN_A_ROW : row.lastMs - row.sinceMs >= BEHIND_FOR_MS;
    return isDrift ? row.delayMs : null;
  }
}
