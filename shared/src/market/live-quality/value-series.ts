import { naturalLog } from '../../core/elementary.ts';
import type { QualityFinding } from './finding.ts';
import { type Anomaly, MIN_VALUES, modifiedZ } from './modified-z.ts';
import { ValueWindow } from './value-window.ts';

/** A step that is looked at where values come many times a minute; see `PriceSeries`. */
const MATERIAL_STEP = 0.01;

/**
 * Prices of one (venue, symbol, field): each is judged by its log return over those of the hundred before. `isBar` is false for
 * values that come many times a minute: most of their steps are 0 or one tick, beside which any move of the market is an outlier
 * (4 to 6 of a hundred prints of recorded sessions, none of which moved by a hundredth), so that only larger steps are judged.
 */
export class PriceSeries {
  readonly #returns = new ValueWindow();
  readonly #isBar: boolean;
  #last: number | null = null;

  constructor(isBar: boolean) {
    this.#isBar = isBar;
  }

  /** The price before; null before the first. */
  get last(): number | null {
    return this.#last;
  }

  /** Judges a price and takes it; one that is not a positive number is neither. */
  judge(field: string, price: number | null | undefined): readonly QualityFinding[] {
    if (price == null || !(price > 0) || !Number.isFinite(price)) return [];
    const step = this.#last === null ? null : naturalLog(price / this.#last);
    this.#last = price;
    if (step === null) return [];
    const isOrdinary = !this.#isBar && Math.abs(step) <= MATERIAL_STEP;
    const found = isOrdinary ? [] : findingsOf('anomaly_price', field, modifiedZ(step, this.#returns));
    this.#returns.push(step);
    return found;
  }
}

/** More than this times the median is a spike. */
const SPIKE = 5;

/** Volumes of one (venue, symbol, field), judged by their logarithm; none in a bar says nothing. */
export class VolumeSeries {
  readonly #logarithms = new ValueWindow();
  readonly #volumes = new ValueWindow();

  judge(field: string, volume: number | null | undefined): readonly QualityFinding[] {
    if (volume == null || !(volume > 0) || !Number.isFinite(volume)) return [];
    const logarithm = naturalLog(volume);
    const anomaly = modifiedZ(logarithm, this.#logarithms);
    const isSpike = this.#volumes.count >= MIN_VALUES && volume > SPIKE * this.#volumes.median();
    this.#logarithms.push(logarithm);
    this.#volumes.push(volume);
    const spike: readonly QualityFinding[] = isSpike
      ? [{ check: 'volume_spike', level: 'warning', field, observed: volume }]
      : [];
    return [...findingsOf('anomaly_volume', field, anomaly), ...spike];
  }
}

function findingsOf(
  check: 'anomaly_price' | 'anomaly_volume',
  field: string,
  { level, score }: Anomaly,
): readonly QualityFinding[] {
  return level === 'none' ? [] : [{ check, level, field, observed: score ?? 'any change' }];
}
