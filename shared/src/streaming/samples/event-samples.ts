import type { LongShortEvent } from '../../contracts/market-events/derivative-events.ts';
import type { MarketEvent } from '../../contracts/market-events/market-event.ts';
import type { MarketSample } from '../../contracts/market-samples.ts';

type Value = readonly [metric: string, value: number | null, unit: string];

const HOUR_MS = 3_600_000;

const LONG_SHORT: Readonly<Record<LongShortEvent['population'], string>> = {
  accounts: 'global_ls_ratio',
  top_accounts: 'top_acc_ls_ratio',
  top_positions: 'top_pos_ls_ratio',
};

/**
 * The values of a polled event as samples (market data spec, conventions), named like the engine's metrics where they are the same.
 * The first is always there, also as "no data"; the others where the venue gave them. Events that are no value at a time have none:
 * bars and single liquidations go to the cold tier, and what a client says of itself to the metrics.
 */
export function eventSamples(event: MarketEvent): readonly MarketSample[] {
  const { venue, instrument, ts_event, ts_recv, available_at, quality, raw_ref } = event;
  return valuesOf(event)
    .filter(([, value], place) => place === 0 || value !== null)
    .map(([metric, value, unit]) => {
      return { metric, venue, instrument, value, unit, ts_event, ts_recv, available_at, quality, raw_ref };
    });
}

function valuesOf(event: MarketEvent): readonly Value[] {
  switch (event.type) {
    case 'mark':
      return [
        ['mark_price', event.mark_price, event.unit],
        ['index_price', event.index_price, event.unit],
      ];
    case 'basis':
      return [
        ['basis_mark_price', event.mark_price, event.unit],
        ['basis_spot_price', event.spot_price, event.unit],
      ];
    case 'funding':
      return [
        ['funding_rate_raw', event.rate, event.unit],
        ['funding_interval_h', event.interval_ms === null ? null : event.interval_ms / HOUR_MS, 'h'],
        ['funding_rate_predicted', event.predicted_rate, event.unit],
        ['funding_next_settlement', event.next_settlement, 'ms since 1970'],
      ];
    case 'funding_settled':
      return [['funding_settled', event.rate, event.unit]];
    case 'open_interest':
      return [[event.sides === 1 ? 'open_interest' : 'open_interest_both_sides', event.amount, event.unit]];
    case 'long_short': {
      const name = LONG_SHORT[event.population];
      return [
        [name, event.ratio, event.unit],
        [`${name}_longs`, event.longs, 'count'],
        [`${name}_shorts`, event.shorts, 'count'],
      ];
    }
    case 'liquidation_stats': {
      const window = `${event.window_ms / 1000}s`;
      return [
        [`liquidated_long_${window}`, event.long_usd, event.unit],
        [`liquidated_short_${window}`, event.short_usd, event.unit],
      ];
    }
    case 'taker_volume': {
      const window = `${event.window_ms / 1000}s`;
      return [
        [`taker_buy_${window}`, event.buy, event.unit],
        [`taker_sell_${window}`, event.sell, event.unit],
      ];
    }
    case 'book_top':
    case 'book_depth':
    case 'book_state':
    case 'trade':
    case 'trade_gap':
    case 'kline':
    case 'liquidation':
    case 'venue_health':
      return [];
  }
}
