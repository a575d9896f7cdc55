import { type CalendarDay, parseDay } from '../../core/calendar-day.ts';
import { invariant } from '../../core/errors.ts';

/**
 * The awkward things of a real market, put into the sample market on purpose; the row says what a careful reader of candles
 * must notice. Days are UTC; `to` is inclusive.
 * - `halt`: listed, but nobody trades: price constant, volume 0.
 * - `missing`: the venue has no candle for these days although the market traded.
 * - `relisting`: no candles, then another coin under the same ticker at `factor` times the old price.
 * - `redenomination`: one new unit is worth `factor` old ones from `from` on; volume in units shrinks alike.
 * - `collapse`: the price loses `factor` (fraction) a day.
 * - `depeg`: a pegged asset trades at `factor` of its peg.
 * - `negative_volume`, `high_below_low`: the candle itself is wrong.
 */
export interface PlantedCase {
  readonly kind:
    | 'halt'
    | 'missing'
    | 'relisting'
    | 'redenomination'
    | 'collapse'
    | 'depeg'
    | 'negative_volume'
    | 'high_below_low';
  readonly base: string;
  readonly from: CalendarDay;
  readonly to: CalendarDay;
  /** Meaning by kind, see above; 1 where it has none. */
  readonly factor: number;
}

export const PLANTED_CASES: readonly PlantedCase[] = [
  planted('halt', 'ZEN', '2026-10-18', '2026-10-23'),
  planted('halt', 'KAVA', '2024-02-05', '2024-02-13'),
  planted('halt', 'IOTX', '2026-06-20', '2026-07-24'),
  planted('missing', 'RUNE', '2024-05-14', '2024-05-18'),
  planted('missing', 'RUNE', '2026-08-09'),
  planted('missing', 'ZIL', '2025-03-03'),
  planted('missing', 'ZIL', '2025-11-21'),
  planted('missing', 'ZIL', '2026-05-30'),
  planted('missing', 'ZIL', '2026-09-12'),
  planted('missing', 'ONE', '2026-10-31'),
  planted('collapse', 'LUNA', '2022-05-08', '2022-05-13', 0.78),
  planted('relisting', 'LUNA', '2022-05-14', '2022-05-30', 1500),
  planted('relisting', 'CELR', '2025-08-04', '2025-08-15', 1),
  planted('redenomination', 'QUICK', '2026-07-06', '2026-07-06', 1000),
  planted('collapse', 'FTT', '2022-11-07', '2022-11-11', 0.42),
  planted('depeg', 'USDC', '2023-03-11', '2023-03-12', 0.93),
  planted('depeg', 'TUSD', '2024-01-15', '2024-01-18', 0.985),
  planted('negative_volume', 'ANKR', '2026-03-14'),
  planted('high_below_low', 'ANKR', '2025-06-07'),
];

function planted(kind: PlantedCase['kind'], base: string, from: string, to: string = from, factor = 1): PlantedCase {
  const [first, last] = [parseDay(from), parseDay(to)];
  invariant(first !== undefined && last !== undefined && first <= last, `planted case ${kind} of ${base} has no valid days`);
  return { kind, base, from: first, to: last, factor };
}
