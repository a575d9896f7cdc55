import { DAY_MS } from '../../core/calendar-day.ts';
import { type SeededRandom, seededRandom } from '../../core/seeded-random.ts';
import { powerOfTen } from '../fixed-digits.ts';
import type { SampleMarket } from '../market/sample-market.ts';
import type { Listing, VenueCandle } from './listing.ts';

/** An hour on the venue's grid, in the units of `VenueCandle`. */
export interface VenueHour extends Omit<VenueCandle, 'day'> {
  readonly startMs: number;
}

export const HOUR_MS = 3_600_000;

const HOURS = 24;
/** Size of the wandering within a day, relative to the day's range. */
const WANDER = 0.55;
/** Longest wick of an hour, relative to the room that the day leaves. */
const WICK = 0.2;

/**
 * Hours of a listing that begin in [fromMs, toMs], ascending; the last one is unfinished when it holds the market's now. `days` are
 * its whole days: a day's hours are there as far as it has gone, and are the same hours at a later now.
 */
export function listingHours(
  market: SampleMarket,
  listing: Listing,
  days: readonly VenueCandle[],
  fromMs: number,
  toMs: number,
): readonly VenueHour[] {
  return days
    .filter(({ day }) => (day + 1) * DAY_MS > fromMs && day * DAY_MS <= toMs)
    .flatMap((day) => hoursOfDay(market.seed, listing, day))
    .filter(({ startMs }) => startMs >= fromMs && startMs <= Math.min(toMs, market.nowMs))
    .map((hour) => soFar(hour, (market.nowMs - hour.startMs) / HOUR_MS));
}

/**
 * A day as 24 hours that join into it: they begin at its open, end at its close, reach its high and its low and nothing beyond, and
 * share its volume. Assets wander together within a day. What is wrong with the day is wrong with its hours.
 */
export function hoursOfDay(seed: string, listing: Listing, day: VenueCandle): readonly VenueHour[] {
  const own = seededRandom(`${seed}/hours/${listing.base}/${day.day}`);
  const shared = seededRandom(`${seed}/hours/${day.day}`);
  const [low, high] = [Math.min(day.low, day.high), Math.max(day.low, day.high)];
  const prices = wanderingPrices(day, low, high, shared, own);
  const lots = sharedOut(day.lots, own);
  const [top, bottom] = [prices.indexOf(Math.max(...prices)), prices.indexOf(Math.min(...prices))];
  return lots.map((hourLots, i) => {
    const [open, close] = [prices[i]!, prices[i + 1]!];
    const [upper, lower] = [Math.max(open, close), Math.min(open, close)];
    const [up, down] = [own.next(), own.next()];
    const most = i === Math.min(top, HOURS - 1) ? high : upper + Math.round((high - upper) * WICK * up);
    const least = i === Math.min(bottom, HOURS - 1) ? low : lower - Math.round((lower - low) * WICK * down);
    const typical = (open + most + least + close) / (4 * powerOfTen(listing.priceDigits));
    return {
      startMs: day.day * DAY_MS + i * HOUR_MS,
      open,
      high: day.high < day.low ? least : most,
      low: day.high < day.low ? most : least,
      close,
      lots: hourLots,
      quoteVolume: (hourLots / powerOfTen(listing.lotDigits)) * typical,
    };
  });
}

/** 25 prices in ticks: a straight way from open to close, and a random one beside it that ends where it began. */
function wanderingPrices(
  { open, close }: VenueCandle,
  low: number,
  high: number,
  shared: SeededRandom,
  own: SeededRandom,
): readonly number[] {
  const way = [0];
  for (let i = 0; i < HOURS; i++) way.push(way[i]! + 0.7 * shared.nextNormal() + 0.7 * own.nextNormal());
  const size = ((high - low) * WANDER) / Math.sqrt(HOURS);
  return way.map((step, i) => {
    const done = i / HOURS;
    const price = open + (close - open) * done + size * (step - done * way[HOURS]!);
    return Math.min(high, Math.max(low, Math.round(price)));
  });
}

/** Whole lots in 24 uneven parts whose sum is exact. */
function sharedOut(lots: number, random: SeededRandom): readonly number[] {
  const weights = Array.from({ length: HOURS }, () => 0.4 + 1.2 * random.next());
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let [weighed, given] = [0, 0];
  return weights.map((weight) => {
    weighed += weight;
    const before = given;
    given = Math.round(lots * Math.min(1, weighed / total));
    return given - before;
  });
}

/** The hour as it looks after `fraction` of it. */
function soFar(hour: VenueHour, fraction: number): VenueHour {
  if (fraction >= 1) return hour;
  const { open, high, low, close, lots } = hour;
  const last = Math.round(open + (close - open) * fraction);
  return {
    ...hour,
    close: last,
    high: Math.max(open, last) + Math.round((high - Math.max(open, close)) * fraction),
    low: Math.min(open, last) - Math.round((Math.min(open, close) - low) * fraction),
    lots: Math.round(lots * fraction),
    quoteVolume: lots === 0 ? 0 : (hour.quoteVolume * Math.round(lots * fraction)) / lots,
  };
}
