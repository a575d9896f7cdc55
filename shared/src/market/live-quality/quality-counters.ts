import { isFailing, type QualityFinding } from './finding.ts';

/** Counts since the process began, by the labels of data platform spec §9. */
export class QualityCounters {
  readonly #errors = new Map<string, number>();
  readonly #warnings = new Map<string, number>();
  readonly #quarantined = new Map<string, number>();

  /** Findings that fail a record, by check. */
  get errors(): ReadonlyMap<string, number> {
    return this.#errors;
  }

  /** Findings that fail nothing, by check. */
  get warnings(): ReadonlyMap<string, number> {
    return this.#warnings;
  }

  /** Records that an outlier kept out, as `<table>_<field>`, and pairs that were quarantined, as `pair`. */
  get quarantined(): ReadonlyMap<string, number> {
    return this.#quarantined;
  }

  count(table: string, findings: readonly QualityFinding[]): void {
    for (const finding of findings) {
      add(isFailing(finding) ? this.#errors : this.#warnings, finding.check);
      if (finding.level === 'quarantine') add(this.#quarantined, `${table}_${finding.field}`);
    }
  }

  countPair(): void {
    add(this.#quarantined, 'pair');
  }
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
