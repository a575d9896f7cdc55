import { expect, it } from 'vitest';
import { openBlake3 } from '#shared/adapters/hash/blake3.ts';
import type { DerivativeEvent } from '#shared/contracts/market-events/derivative-events.ts';
import type { TakerVolumeEvent } from '#shared/contracts/market-events/trade-events.ts';
import { envelopeRows } from '#shared/streaming/cold/envelope-rows.ts';
import { EnvelopeComposer } from '#shared/streaming/compose/envelope-composer.ts';
import { eventSamples } from '#shared/streaming/samples/event-samples.ts';
import { common } from './sample-events.ts';

type Polled = DerivativeEvent | TakerVolumeEvent;

const blake3 = await openBlake3();

/** Where the cold tier has a sample: its table, and for `derivs` its metric and detail, else its column. */
const PLACES: Readonly<Record<string, string>> = {
  mark_price: 'derivs mark_price',
  index_price: 'derivs index_price',
  basis_mark_price: 'basis mark_price',
  basis_spot_price: 'basis spot_price',
  funding_rate_raw: 'funding rate',
  funding_interval_h: 'funding interval_ms',
  funding_rate_predicted: 'funding predicted_rate',
  funding_next_settlement: 'funding next_settlement',
  funding_settled: 'derivs funding_settled',
  open_interest: 'open_interest amount',
  open_interest_both_sides: 'open_interest amount',
  global_ls_ratio: 'derivs long_short_accounts ratio',
  global_ls_ratio_longs: 'derivs long_short_accounts longs',
  global_ls_ratio_shorts: 'derivs long_short_accounts shorts',
  top_acc_ls_ratio: 'derivs long_short_top_accounts ratio',
  top_pos_ls_ratio: 'derivs long_short_top_positions ratio',
  liquidated_long_300s: 'derivs liquidated_long 300000',
  liquidated_short_300s: 'derivs liquidated_short 300000',
  taker_buy_60s: 'derivs taker_buy 60000 to 60000',
  taker_sell_60s: 'derivs taker_sell 60000 to 60000',
};

/** Everything that is polled, once a quarter of a minute; numbers that tell every value from every other. */
function polledAt(at: number): readonly Polled[] {
  const one = common('BTC', at);
  const n = at / 1_000;
  const ratio = (population: 'accounts' | 'top_accounts' | 'top_positions', own: number): Polled => {
    const sides = population === 'accounts' ? { longs: n + 0.11, shorts: n + 0.12 } : { longs: null, shorts: null };
    return { ...one, type: 'long_short', unit: 'ratio', population, ratio: n + own, ...sides };
  };
  const funding = { rate: n + 0.03, interval_ms: 3_600_000, predicted_rate: n + 0.04, next_settlement: at + 9 } as const;
  return [
    { ...one, type: 'mark', unit: 'quote', mark_price: n + 0.01, index_price: n + 0.02 },
    { ...one, type: 'basis', unit: 'quote', mark_price: n + 0.05, spot_price: n + 0.06, spot_instrument: 'BTC-USD.spot@kraken' },
    { ...one, type: 'funding', unit: 'fraction', ...funding },
    { ...one, type: 'funding_settled', unit: 'fraction', rate: n + 0.07, interval_ms: null },
    { ...one, type: 'open_interest', unit: 'base', amount: n + 0.08, sides: n % 30 === 0 ? 1 : 2, mark_price: null },
    ratio('accounts', 0.1),
    ratio('top_accounts', 0.2),
    ratio('top_positions', 0.3),
    { ...one, type: 'liquidation_stats', unit: 'usd', window_ms: 300_000, long_usd: n + 0.09, short_usd: n + 0.13 },
    { ...one, type: 'taker_volume', unit: 'base', window_ms: 60_000, window_end: 60_000, buy: n + 0.14, sell: n + 0.15 },
  ];
}

it('keeps no polled value that the cold tier does not get, with the time from which on it could be known', () => {
  const composer = new EnvelopeComposer({ blake3, contractOf: () => undefined, region: 'local', leaseEpoch: 0 });
  const events = Array.from({ length: 6 }, (_, n) => polledAt(15_000 * (n + 1))).flat();
  for (const event of events) composer.push(event);
  const rows = composer.flush(200_000).flatMap(({ envelope }) => envelopeRows(envelope));
  const cold = new Set(
    rows.flatMap(({ schema: { table }, row }) => {
      if (table === 'derivs') return [[table, row.metric, row.detail, row.ts, row.value, row.available_at].join(' ')];
      return Object.entries(row).map(([column, value]) => [table, column, '', row.ts, value, row.available_at].join(' '));
    }),
  );
  const samples = events.flatMap(eventSamples);
  for (const { metric, ts_event, value, available_at } of samples) {
    const [table, name, ...detail] = PLACES[metric]!.split(' ');
    const there = metric === 'funding_interval_h' ? value! * 3_600_000 : value;
    expect(cold).toContain([table, name, detail.join(' '), ts_event, there, available_at].join(' '));
  }
  expect(new Set(samples.map(({ metric }) => metric))).toEqual(new Set(Object.keys(PLACES)));
});
