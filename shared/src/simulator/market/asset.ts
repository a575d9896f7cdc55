import type { CalendarDay } from '../../core/calendar-day.ts';

/** Groups that share a return beside the market's own. */
export const SECTORS = ['layer1', 'layer2', 'defi', 'meme', 'infra', 'gaming', 'payments', 'ai', 'exchange', 'macro'] as const;

export type Sector = (typeof SECTORS)[number];

/**
 * Where an asset's price comes from.
 * - `factor`: market, sector and own return; `beta` to the market, `ownVol` = daily standard deviation of the own part (fraction).
 * - `pegged`: stays near `price`; `wobble` = typical distance (fraction).
 * - `tracker`: multiplies another asset's daily return by `leverage` and loses `dailyCost` (fraction) a day.
 */
export type PriceModel =
  | { readonly kind: 'factor'; readonly sector: Sector; readonly beta: number; readonly ownVol: number }
  | { readonly kind: 'pegged'; readonly wobble: number }
  | { readonly kind: 'tracker'; readonly of: string; readonly leverage: number; readonly dailyCost: number };

/** One asset of the sample market. Prices and turnover are in USDT; real tickers for familiarity, synthetic numbers. */
export interface Asset {
  readonly base: string;
  readonly name: string;
  readonly model: PriceModel;
  /** Price on the first day, and the level towards which a long drift is pulled back. */
  readonly price: number;
  /** Typical quote volume of one day, USDT, in a market of normal activity. */
  readonly turnover: number;
  /** First day with trades. */
  readonly listed: CalendarDay;
  /** Last day with trades; absent = still listed. */
  readonly delisted?: CalendarDay;
}
