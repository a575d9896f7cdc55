import { expect, it } from 'vitest';
import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';
import { marketSampleSchema } from '#shared/contracts/market-samples.ts';
import { eventSamples } from '#shared/streaming/samples/event-samples.ts';
import { bookState, common, depth, gap, print, top } from './sample-events.ts';

const at = { ...common('BTC', 1_000), raw_ref: 'gate.perp 7' };

/** Names, values and units of an event's samples, each checked against its contract. */
function valuesOf(event: MarketEvent) {
  return eventSamples(event).map((sample) => {
    const { metric, value, unit, ...rest } = marketSampleSchema.parse(sample);
    expect(rest).toEqual(Object.fromEntries(Object.keys(rest).map((key) => [key, event[key as keyof MarketEvent]])));
    return [metric, value, unit];
  });
}

it('names what a venue was asked for, in its own units', () => {
  const funding = { type: 'funding', unit: 'fraction', rate: 1e-4, interval_ms: 28_800_000, predicted_rate: null } as const;
  const cases: readonly (readonly [MarketEvent, readonly unknown[]])[] = [
    [
      { ...at, type: 'mark', unit: 'quote', mark_price: 5, index_price: 6 },
      [
        ['mark_price', 5, 'quote'],
        ['index_price', 6, 'quote'],
      ],
    ],
    [{ ...at, type: 'mark', unit: 'quote', mark_price: null, index_price: null }, [['mark_price', null, 'quote']]],
    [
      { ...at, ...funding, next_settlement: 9_000 },
      [
        ['funding_rate_raw', 1e-4, 'fraction'],
        ['funding_interval_h', 8, 'h'],
        ['funding_next_settlement', 9_000, 'ms since 1970'],
      ],
    ],
    [
      { ...at, type: 'funding_settled', unit: 'quote_per_contract', rate: 2, interval_ms: null },
      [['funding_settled', 2, 'quote_per_contract']],
    ],
    [
      { ...at, type: 'open_interest', unit: 'contracts', amount: 8, sides: 2, mark_price: 5 },
      [['open_interest_both_sides', 8, 'contracts']],
    ],
    [
      { ...at, type: 'open_interest', unit: 'usd', amount: null, sides: 1, mark_price: null, quality: 'missing' },
      [['open_interest', null, 'usd']],
    ],
    [
      { ...at, type: 'long_short', unit: 'ratio', population: 'top_positions', ratio: 2, longs: 4, shorts: 2 },
      [
        ['top_pos_ls_ratio', 2, 'ratio'],
        ['top_pos_ls_ratio_longs', 4, 'count'],
        ['top_pos_ls_ratio_shorts', 2, 'count'],
      ],
    ],
    [
      { ...at, type: 'liquidation_stats', unit: 'usd', window_ms: 300_000, long_usd: 0, short_usd: 7 },
      [
        ['liquidated_long_300s', 0, 'usd'],
        ['liquidated_short_300s', 7, 'usd'],
      ],
    ],
    [
      { ...at, type: 'taker_volume', unit: 'contracts', window_ms: 60_000, window_end: 60_000, buy: 3, sell: 4 },
      [
        ['taker_buy_60s', 3, 'contracts'],
        ['taker_sell_60s', 4, 'contracts'],
      ],
    ],
    [
      { ...at, type: 'basis', unit: 'quote', mark_price: 5, spot_price: 4, spot_instrument: 'BTC-USD.spot@kraken' },
      [
        ['basis_mark_price', 5, 'quote'],
        ['basis_spot_price', 4, 'quote'],
      ],
    ],
  ];
  for (const [event, expected] of cases) expect(valuesOf(event)).toEqual(expected);
});

it('has no samples of what is no value at a time', () => {
  const order = { ...at, type: 'liquidation', unit: 'base', liquidated: 'long', price: 1, qty: 1 } as const;
  for (const event of [order, top('BTC', 1), depth('BTC', 1), bookState('BTC', 1, null), print('BTC', 1), gap('BTC', 1)]) {
    expect(eventSamples(event)).toEqual([]);
  }
});
