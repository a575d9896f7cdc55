import { DAY_MS } from '#shared/core/calendar-day.ts';
import { seededRandom } from '#shared/core/seeded-random.ts';
import { HOUR_MS, type HourBars } from '#shared/market/collect/check-hours.ts';

/** 2026-10-31T08:00:00Z, a boundary in the middle of a day. */
export const AT_MS = Date.UTC(2026, 9, 31, 8);

/** First close of 30 whole days before that day. */
export const FIRST_CLOSE_MS = Math.floor(AT_MS / DAY_MS) * DAY_MS - 30 * DAY_MS + HOUR_MS;

export const HOURS = (AT_MS - FIRST_CLOSE_MS) / HOUR_MS + 1;

/** Bars whose close and quote volume are functions of the hours since the first close. */
export function barsOf(
  symbol: string,
  closeOf: (hour: number) => number,
  volumeOf: (hour: number) => number = () => 1,
  hours: number = HOURS,
): HourBars {
  return {
    symbol,
    firstCloseMs: FIRST_CLOSE_MS,
    close: Float64Array.from({ length: hours }, (_, hour) => closeOf(hour)),
    quoteVolume: Float64Array.from({ length: hours }, (_, hour) => volumeOf(hour)),
  };
}

/** A price that goes somewhere by chance. */
export function wanderingBars(symbol: string, step = 0.01, hours: number = HOURS): HourBars {
  const random = seededRandom(`wander/${symbol}`);
  let price = 100;
  const closes = Array.from({ length: hours }, () => {
    price *= 1 + step * (random.next() - 0.5);
    return price;
  });
  const volumes = closes.map(() => 1000 * random.next());
  return barsOf(
    symbol,
    (hour) => closes[hour]!,
    (hour) => volumes[hour]!,
    hours,
  );
}
