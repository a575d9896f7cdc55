import type { SourceHealth } from '../../contracts/market-samples.ts';
import type { QuantTick } from '../engine.ts';
import { isUsable, QUALITIES } from '../quality.ts';
import { sourceRows } from './source-rows.ts';

interface Past {
  readonly errors: number;
  readonly lastSuccess: number | null;
}

/** What `source_health` says: the freshness matrix of the newest tick, with what the ticks before it saw. */
export class SourceHealthTable {
  readonly #past = new Map<string, Past>();
  #rows: readonly SourceHealth[] = [];
  #tickTs = Number.NEGATIVE_INFINITY;

  /** Rows of `tick`, in the matrix's order; those of an earlier call when it is no newer one. */
  rows(tick: QuantTick): readonly SourceHealth[] {
    if (tick.tickTs <= this.#tickTs) return this.#rows;
    this.#tickTs = tick.tickTs;
    this.#rows = sourceRows(tick).map((row) => this.#row(row, tick.tickTs));
    return this.#rows;
  }

  #row({ metric, venue, counts, oldest_age_ms }: ReturnType<typeof sourceRows>[number], ts: number): SourceHealth {
    const key = `${metric} ${venue}`;
    const usable = QUALITIES.reduce((sum, quality, code) => sum + (isUsable(code) ? counts[quality] : 0), 0);
    const before = this.#past.get(key) ?? { errors: 0, lastSuccess: null };
    const past = usable > 0 ? { errors: 0, lastSuccess: ts } : { errors: before.errors + 1, lastSuccess: before.lastSuccess };
    this.#past.set(key, past);
    return {
      metric,
      venue,
      ts,
      age_ms: oldest_age_ms,
      quality: QUALITIES.findLast((quality) => counts[quality] > 0)!,
      instruments: QUALITIES.reduce((sum, quality) => sum + counts[quality], 0),
      usable,
      errors: past.errors,
      last_success: past.lastSuccess,
    };
  }
}
