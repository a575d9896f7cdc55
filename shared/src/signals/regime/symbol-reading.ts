import type { RegimeParams } from '../../contracts/regime-params.ts';
import { DAY_MS } from '../../core/calendar-day.ts';
import { HOUR_MS, type HourBars } from '../../market/collect/check-hours.ts';
import { BOUNDARY_MS } from './boundary.ts';
import { realizedVol } from './realized-vol.ts';
import type { Move } from './thrust.ts';

/** What the regime needs of one symbol at a boundary. Null = its bars do not say. */
export interface SymbolReading {
  readonly symbol: string;
  /** Mean daily quote volume of the last closed UTC days. */
  readonly averageDailyVolume: number | null;
  readonly realizedVol: number | null;
  /** Whether the last close is above the mean of the last closed daily closes. */
  readonly isAboveAverage: boolean | null;
  /** One letter per 4h bar, oldest first. */
  readonly moves: string | null;
}

/** First close that a reading at a boundary looks at, ms: as many closed UTC days back as the longest look needs. */
export function firstCloseMs(boundaryMs: number, params: RegimeParams): number {
  const { universe, breadth, realized_vol, thrust } = params;
  const days = Math.max(universe.adv_days, breadth.average_days);
  const midnight = Math.floor(boundaryMs / DAY_MS) * DAY_MS;
  const hours = boundaryMs - realized_vol.returns * HOUR_MS;
  return Math.min(midnight - days * DAY_MS + HOUR_MS, hours, boundaryMs - thrust.bars * BOUNDARY_MS);
}

/** One symbol's part of the indicators (signals spec §1, §6). Bars after the boundary change nothing. */
export function readSymbol(bars: HourBars, boundaryMs: number, params: RegimeParams): SymbolReading {
  return {
    symbol: bars.symbol,
    averageDailyVolume: averageDailyVolume(bars, boundaryMs, params.universe),
    realizedVol: volOf(bars, boundaryMs, params.realized_vol),
    isAboveAverage: isAboveAverage(bars, boundaryMs, params.breadth.average_days),
    moves: movesOf(bars, boundaryMs, params.thrust.bars),
  };
}

/** A day counts when all of its hours are there: a day with a hole has no volume, not a small one. */
function averageDailyVolume(
  bars: HourBars,
  boundaryMs: number,
  { adv_days: days, adv_min_days: fewest }: RegimeParams['universe'],
): number | null {
  const midnight = Math.floor(boundaryMs / DAY_MS) * DAY_MS;
  const volumes: number[] = [];
  for (let back = 0; back < days; back++) {
    const volume = sumOf(column(bars, bars.quoteVolume, midnight - back * DAY_MS, 24));
    if (volume !== null) volumes.push(volume);
  }
  if (volumes.length < fewest) return null;
  return volumes.reduce((sum, volume) => sum + volume, 0) / volumes.length;
}

function volOf(bars: HourBars, boundaryMs: number, { returns, hours_per_year }: RegimeParams['realized_vol']): number | null {
  return realizedVol(column(bars, bars.close, boundaryMs, returns + 1), hours_per_year);
}

/** The sum of distances decides, not the mean: a flat price is above nothing, however its closes add up. */
function isAboveAverage(bars: HourBars, boundaryMs: number, days: number): boolean | null {
  const midnight = Math.floor(boundaryMs / DAY_MS) * DAY_MS;
  const last = closeAt(bars, boundaryMs);
  const distance = sumOf(Array.from({ length: days }, (_, back) => last - closeAt(bars, midnight - back * DAY_MS)));
  return distance === null ? null : distance > 0;
}

function movesOf(bars: HourBars, boundaryMs: number, count: number): string | null {
  const closes = Array.from({ length: count + 1 }, (_, i) => closeAt(bars, boundaryMs - (count - i) * BOUNDARY_MS));
  if (closes.some(Number.isNaN)) return null;
  return closes
    .slice(1)
    .map((close, i) => moveOf(closes[i]!, close))
    .join('');
}

function moveOf(before: number, close: number): Move {
  if (close > before) return '+';
  return close < before ? '-' : '0';
}

/** Null when one is missing. */
function sumOf(values: ArrayLike<number>): number | null {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return Number.isNaN(sum) ? null : sum;
}

/** `count` values of a column up to the one that closes at `lastCloseMs`; NaN where there is none. */
function column({ firstCloseMs: first }: HourBars, values: Float64Array, lastCloseMs: number, count: number): Float64Array {
  const last = (lastCloseMs - first) / HOUR_MS;
  return Float64Array.from({ length: count }, (_, i) => values[last - count + 1 + i] ?? Number.NaN);
}

function closeAt(bars: HourBars, closeMs: number): number {
  return bars.close[(closeMs - bars.firstCloseMs) / HOUR_MS] ?? Number.NaN;
}
