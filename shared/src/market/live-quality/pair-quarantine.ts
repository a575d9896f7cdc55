import type { QualityPair } from './finding.ts';

/** So many failures in a row quarantine a pair, so many passes release it (data platform spec §6). */
const FAILURES = 5;
const PASSES = 3;

/** A pair that is quarantined, and for which of its tables. */
export interface HeldPair extends QualityPair {
  readonly tables: readonly string[];
}

interface Streaks {
  failures: number;
  passes: number;
  isHeld: boolean;
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

  /** Counts a judged record; what it changed for its table, null mostly. */
  note(pair: QualityPair, table: string, hasPassed: boolean): 'quarantined' | 'released' | null {
    const streaks = this.#streaksOf(pair, table);
    streaks.failures = hasPassed ? 0 : streaks.failures + 1;
    streaks.passes = hasPassed ? streaks.passes + 1 : 0;
    if (!streaks.isHeld && streaks.failures >= FAILURES) {
      streaks.isHeld = true;
      return 'quarantined';
    }
    if (!streaks.isHeld || streaks.passes < PASSES) return null;
    streaks.isHeld = false;
    return 'released';
  }

  isHeld({ source, symbol }: QualityPair): boolean {
    const pair = this.#pairs.get(`${source} ${symbol}`);
    return pair !== undefined && [...pair.streaks.values()].some(({ isHeld }) => isHeld);
  }

  /** Every pair that is held. */
  get held(): readonly HeldPair[] {
    return [...this.#pairs.values()].flatMap(({ source, symbol, streaks }) => {
      const tables = [...streaks].filter(([, { isHeld }]) => isHeld).map(([table]) => table);
      return tables.length === 0 ? [] : [{ source, symbol, tables }];
    });
  }

  /** Takes over what an earlier process held. */
  restore(held: readonly HeldPair[]): void {
    for (const { tables, ...pair } of held) for (const table of tables) this.#streaksOf(pair, table).isHeld = true;
  }

  #streaksOf({ source, symbol }: QualityPair, table: string): Streaks {
    const key = `${source} ${symbol}`;
    const pair = this.#pairs.get(key) ?? { source, symbol, streaks: new Map<string, Streaks>() };
    this.#pairs.set(key, pair);
    const streaks = pair.streaks.get(table) ?? { failures: 0, passes: 0, isHeld: false };
    pair.streaks.set(table, streaks);
    return streaks;
  }
}
