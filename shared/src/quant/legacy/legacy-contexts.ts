import type { LegacyContextRow, LegacyTrendRow } from '../../contracts/legacy-context.ts';
import type { Timeframe } from '../../contracts/quant-params.ts';
import type { QuantFeatureRow } from '../../contracts/quant-rows.ts';
import type { QuantSymbol } from '../quant-symbol.ts';
import { timeframeMs } from '../timeframe.ts';
import { legacyContextRow, legacyTrendRow } from './legacy-context-row.ts';
import { type LegacyPoint, LOOK_BACK_ROWS, legacyPoint, usableValue } from './legacy-series.ts';

/** The stored feature row of a symbol and timeframe at exactly that tick; undefined when there is none. */
export type FeatureRowAt = (symbol: string, timeframe: Timeframe, tickTs: number) => Promise<QuantFeatureRow | undefined>;

/** Both readings of one symbol. */
export interface LegacyReading {
  readonly context: LegacyContextRow;
  readonly trend: LegacyTrendRow;
}

/** Points that are kept: ten minutes of 300 symbols, tick by tick. */
const MOST_POINTS = 12_000;

/** Which committed tick is asked about. */
export interface LegacyMoment {
  readonly tickTs: number;
  readonly timeframe: Timeframe;
}

/**
 * Legacy figures of stored rows, made when somebody asks and kept until another tick is asked about. The legacy series of a timeframe
 * has a row at the tick and one at every step of the timeframe before it; one that is missing is null, and nothing takes its place.
 */
export class LegacyContexts {
  readonly #rowAt: FeatureRowAt;
  readonly #pause: () => Promise<void>;
  readonly #known = new Map<string, LegacyReading>();
  /** Points of earlier rows, the longest unused first: whoever asks at every tick has each row unpacked once. */
  readonly #points = new Map<string, LegacyPoint>();
  #tickTs = -1;

  /** `pause` lets others work between two symbols. */
  constructor(rowAt: FeatureRowAt, pause: () => Promise<void>) {
    this.#rowAt = rowAt;
    this.#pause = pause;
  }

  /** Readings of these symbols, in their order; a symbol without a row at the tick has none. */
  async readings(moment: LegacyMoment, symbols: readonly QuantSymbol[]): Promise<readonly LegacyReading[]> {
    const readings: LegacyReading[] = [];
    for (const symbol of symbols) {
      const reading = this.#remembered(moment, symbol) ?? (await this.#read(moment, symbol));
      if (reading !== undefined) readings.push(reading);
    }
    return readings;
  }

  #remembered({ tickTs, timeframe }: LegacyMoment, { symbol }: QuantSymbol): LegacyReading | undefined {
    if (tickTs > this.#tickTs) this.#known.clear();
    this.#tickTs = Math.max(tickTs, this.#tickTs);
    return tickTs === this.#tickTs ? this.#known.get(`${symbol} ${timeframe}`) : undefined;
  }

  async #read({ tickTs, timeframe }: LegacyMoment, { symbol, seats, primaryOrder }: QuantSymbol) {
    const row = await this.#rowAt(symbol, timeframe, tickTs);
    if (row === undefined) return undefined;
    const primary = primaryOrder.map((place) => seats[place]!.id);
    const depthOf = primary.find((id) => !Number.isNaN(usableValue(row, 'depth_2pct_bid_usd', id))) ?? null;
    const points: LegacyPoint[] = [this.#keep(keyOf(symbol, tickTs, depthOf), legacyPoint(row, depthOf))];
    for (let back = 1; back <= LOOK_BACK_ROWS; back++) {
      const key = keyOf(symbol, tickTs - back * timeframeMs(timeframe), depthOf);
      const known =
        this.#points.get(key) ??
        legacyPoint(await this.#rowAt(symbol, timeframe, tickTs - back * timeframeMs(timeframe)), depthOf);
      points.push(this.#keep(key, known));
    }
    const reading = { context: legacyContextRow(row, points), trend: legacyTrendRow(row, points) };
    if (tickTs === this.#tickTs) this.#known.set(`${symbol} ${timeframe}`, reading);
    await this.#pause();
    return reading;
  }

  #keep(key: string, point: LegacyPoint): LegacyPoint {
    this.#points.delete(key);
    this.#points.set(key, point);
    const oldest = this.#points.size > MOST_POINTS ? this.#points.keys().next().value : undefined;
    if (oldest !== undefined) this.#points.delete(oldest);
    return point;
  }
}

/** What a point says is the same in every timeframe. */
function keyOf(symbol: string, tickTs: number, depthOf: string | null): string {
  return `${symbol} ${tickTs} ${depthOf}`;
}
