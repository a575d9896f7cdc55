import type { QualityFinding, QualityPair } from './finding.ts';

/** Further than this from the middle of the venues is a warning; so many bars in a row a failure (data platform spec §6). */
const MOST_SHARE = 0.01;
const IN_A_ROW = 3;

/** The close of one venue's bar. */
export interface VenueClose {
  readonly pair: QualityPair;
  readonly tsMs: number;
  readonly close: number;
}

/**
 * Compares the closes of one symbol and minute over all that trade it, in the same quote currency. Between two venues nobody knows
 * which is wrong, so that both are named; one alone says nothing.
 */
export class CrossVenue {
  readonly #inARow = new Map<string, number>();

  /** What is wrong with each close, in their order. */
  judge(closes: readonly VenueClose[]): readonly (readonly QualityFinding[])[] {
    const usable = closes.filter(({ close }) => close > 0 && Number.isFinite(close));
    const groups = Map.groupBy(usable, groupOf);
    return closes.map((close) => this.#judge(close, groups.get(groupOf(close)) ?? []));
  }

  #judge({ pair, close }: VenueClose, group: readonly VenueClose[]): readonly QualityFinding[] {
    if (group.length < 2) return [];
    const middle = medianOf(group.map((each) => each.close));
    const share = Math.abs(close - middle) / middle;
    const key = `${pair.source} ${pair.symbol}`;
    const inARow = share > MOST_SHARE ? (this.#inARow.get(key) ?? 0) + 1 : 0;
    this.#inARow.set(key, inARow);
    if (inARow === 0) return [];
    return [{ check: 'cross_venue', level: inARow >= IN_A_ROW ? 'fail' : 'warning', field: 'close', observed: share }];
  }
}

function groupOf({ pair, tsMs }: VenueClose): string {
  return `${pair.symbol} ${tsMs}`;
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[upper]! : (sorted[upper - 1]! + sorted[upper]!) / 2;
}
