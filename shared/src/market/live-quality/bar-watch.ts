import type { Bar } from '../../contracts/stream-payloads.ts';
import type { QualityFinding } from './finding.ts';
import { PriceSeries, VolumeSeries } from './value-series.ts';

/** A jump from one bar to the next. */
const GAP = 0.15;
const FLAT_MS = 300_000;

/** What bars of one pair were before, to judge the next one by. */
export class BarWatch {
  readonly #closes = new PriceSeries(true);
  readonly #volumes = new VolumeSeries();
  /** When its price last was another one, ms; null before the first bar. */
  #changedMs: number | null = null;

  get changedMs(): number | null {
    return this.#changedMs;
  }

  /** Anomalies and jumps of a bar whose shape is right; it counts for the next one. */
  judge({ ts, open, high, low, close, volume }: Bar): readonly QualityFinding[] {
    const before = this.#closes.last;
    if (before === null || high !== low || close !== before) this.#changedMs = ts;
    const found = [...this.#closes.judge('close', close), ...this.#volumes.judge('volume', volume)];
    const jump = before === null ? 0 : Math.max(Math.abs(open / before - 1), Math.abs(close / before - 1));
    if (jump > GAP) found.push({ check: 'price_gap', level: 'warning', field: 'close', observed: jump });
    return found;
  }

  /** A price that has stood still for more than five minutes at `tsMs`, while that of others moved `othersMs`. */
  flatline(tsMs: number, othersMs: number): readonly QualityFinding[] {
    if (this.#changedMs === null || othersMs <= this.#changedMs) return [];
    const stillMs = tsMs - this.#changedMs;
    return stillMs > FLAT_MS ? [{ check: 'flatline', level: 'warning', field: 'close', observed: stillMs }] : [];
  }
}
