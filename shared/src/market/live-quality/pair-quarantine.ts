import type { QualityCheck, QualityPair } from './finding.ts';

/** So many failures in a row quarantine a pair, so many passes release it (data platform spec §6). */
const FAILURES = 5;
const PASSES = 3;

/** A pair that is quarantined, since when, for which of its tables, and what failed last. */
export interface HeldPair extends QualityPair {
  readonly sinceMs: number;
  readonly tables: readonly string[];
  readonly checks: readonly string[];
}

interface Streaks {
  failures: number;
  passes: number;
  /** What the record failed at that quarantined it; null while it is believed. */
  held: { readonly sinceMs: number; readonly checks: readonly string[] } | null;
}

interface Pair extends QualityPair {
  readonly streaks: Map<string, Streaks>;
}

/**
 * Which (venue, symbol) pairs are not believed. Rows are counted by table, since prints come by the second and would end every row
 * of bad bars; a pair is held as long as one of its tables is.
 */
export class PairQuarantine {
  readonly #pairs = new Map<string, Pair>();

  /** Counts a judged record by the checks that it failed, none when it passed; what that changed for its table, null mostly. */
  note(pair: QualityPair, table: string, failed: readonly QualityCheck[], nowMs: number): 'quarantined' | 'released' | null {
    const streaks = this.#streaksOf(pair, table);
    const hasPassed = failed.length === 0;
    streaks.failures = hasPassed ? 0 : streaks.failures + 1;
    streaks.passes = hasPassed ? streaks.passes + 1 : 0;
    if (streaks.held === null && streaks.failures >= FAILURES) {
      streaks.held = { sinceMs: nowMs, checks: failed };
      return 'quarantined';
    }
    if (streaks.held === null || streaks.passes < PASSES) return null;
    streaks.held = null;
    return 'released';
  }

  isHeld({ source, symbol }: QualityPair): boolean {
    const pair = this.#pairs.get(`${source} ${symbol}`);
    return pair !== undefined && [...pair.streaks.values()].some(({ held }) => held !== null);
  }

  /** Every pair that is held. */
  get held(): readonly HeldPair[] {
    return [...this.#pairs.values()].flatMap(({ source, symbol, streaks }) => {
      const holding = [...streaks].flatMap(([table, { held }]) => (held === null ? [] : [{ table, ...held }]));
      if (holding.length === 0) return [];
      const checks = [...new Set(holding.flatMap((each) => each.checks))];
      const sinceMs = Math.min(...holding.map((each) => each.sinceMs));
      return [{ source, symbol, sinceMs, tables: holding.map(({ table }) => table), checks }];
    });
  }

  /** Takes over what an earlier process held. */
  restore(held: readonly HeldPair[]): void {
    for (const { tables, sinceMs, checks, ...pair } of held) {
      for (const table of tables) this.#streaksOf(pair, table).held ??= { sinceMs, checks };
    }
  }

  #streaksOf({ source, symbol }: QualityPair, table: string): Streaks {
    const key = `${source} ${symbol}`;
    const pair = this.#pairs.get(key) ?? { source, symbol, streaks: new Map<string, Streaks>() };
    this.#pairs.set(key, pair);
    const streaks = pair.streaks.get(table) ?? { failures: 0, passes: 0, held: null };
    pair.streaks.set(table, streaks);
    return streaks;
  }
}
