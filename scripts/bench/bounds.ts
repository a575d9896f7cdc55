interface Row {
  readonly what: string;
  readonly value: number;
  readonly bound: string;
  readonly kept: boolean;
}

/** Figures against the bounds that they are held to. */
export class Bounds {
  readonly #rows: Row[] = [];

  atLeast(what: string, value: number, least: number): void {
    this.#rows.push({ what, value, bound: `≥ ${least}`, kept: value >= least });
  }

  atMost(what: string, value: number, most: number): void {
    this.#rows.push({ what, value, bound: `≤ ${most}`, kept: value <= most });
  }

  get missed(): boolean {
    return this.#rows.some(({ kept }) => !kept);
  }

  /** Every bound with its figure, and whether it is kept. */
  print(): void {
    console.log('\nbounds');
    for (const { what, value, bound, kept } of this.#rows) {
      console.log(`  ${kept ? 'kept  ' : 'MISSED'} ${what}: ${value.toFixed(2)} (${bound})`);
    }
  }
}
