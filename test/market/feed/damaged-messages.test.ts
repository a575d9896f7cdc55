import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InstrumentSpec } from '#shared/contracts/instrument-spec.ts';
import { type MarketEvent, marketEventSchema } from '#shared/contracts/market-events/market-event.ts';
import { DEFAULT_PACE } from '#shared/market/feed/book-publisher.ts';
import { LiquidationSides } from '#shared/market/feed/liquidation-sides.ts';
import { TradeFilter } from '#shared/market/feed/trade-filter.ts';
import type { VenueProtocol } from '#shared/market/feed/venue-protocol.ts';
import { VenueSession } from '#shared/market/feed/venue-session.ts';
import { binanceUsdmProtocol } from '#shared/market/venues/binance/protocol.ts';
import { coinbaseProtocol } from '#shared/market/venues/coinbase/protocol.ts';
import { gateFuturesProtocol } from '#shared/market/venues/gate/futures-protocol.ts';
import { gateSpotProtocol } from '#shared/market/venues/gate/spot-protocol.ts';
import { geminiProtocol } from '#shared/market/venues/gemini/protocol.ts';
import { krakenFuturesProtocol } from '#shared/market/venues/kraken-futures/protocol.ts';
import { krakenSpotProtocol } from '#shared/market/venues/kraken-spot/protocol.ts';
import { mexcSpotProtocol } from '#shared/market/venues/mexc/spot-protocol.ts';

const NOW = 1_789_000_000_000;

interface Sample {
  readonly name: string;
  readonly protocol: VenueProtocol;
  readonly spec: InstrumentSpec;
  readonly messages: readonly string[];
  /** Types that the whole messages tell. */
  readonly told: readonly MarketEvent['type'][];
}

const gatePerp = spec('BTC-USDT.perp@gate', 'BTC_USDT');
const usdm = spec('BTC-USDT.perp@binanceusdm', 'BTCUSDT');

const SAMPLES: readonly Sample[] = [
  {
    name: 'kraken spot',
    protocol: krakenSpotProtocol(10),
    spec: spec('BTC-USD.spot@kraken', 'BTC/USD'),
    messages: [
      '{"method":"subscribe","result":{"channel":"book","symbol":"BTC/USD"},"success":true,"req_id":1}',
      '{"error":"Currency pair not supported","method":"subscribe","success":false,"symbol":"BTC/USD","req_id":2}',
      '{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":77362.8,"qty":0.5,"trade_id":7,"timestamp":"2026-09-14T18:31:00.000Z"}]}',
      '{"channel":"instrument","type":"snapshot","data":{"pairs":[{"symbol":"BTC/USD","price_precision":2,"qty_precision":8}]}}',
      '{"channel":"status","type":"update","data":[{"system":"online"}]}',
    ],
    told: ['trade'],
  },
  {
    name: 'kraken futures',
    protocol: krakenFuturesProtocol(),
    spec: spec('BTC-USD.perp@krakenfutures', 'PF_XBTUSD'),
    messages: [
      '{"event":"subscribed","feed":"book","product_ids":["PF_XBTUSD"]}',
      '{"feed":"trade","product_id":"PF_XBTUSD","uid":"u-1","side":"sell","type":"liquidation","seq":5,"time":1788999999000,"qty":15000,"price":34969.5}',
      '{"time":1788999999500,"product_id":"PF_XBTUSD","relative_funding_rate":-1.38e-6,"relative_funding_rate_prediction":-8.0e-6,"next_funding_rate_time":1789002000000,"feed":"ticker","index":21984.54,"openInterest":30072580.0,"markPrice":21979.68}',
    ],
    told: ['trade', 'liquidation', 'mark', 'open_interest', 'funding'],
  },
  {
    name: 'coinbase',
    protocol: coinbaseProtocol(),
    spec: spec('BTC-USD.spot@coinbase', 'BTC-USD'),
    messages: [
      '{"channel":"market_trades","timestamp":"2026-08-09T21:05:48.2Z","sequence_num":0,"events":[{"type":"update","trades":[{"product_id":"BTC-USD","trade_id":"7","price":"65083.67","size":"0.002186","time":"2026-08-09T21:05:42.514318Z","side":"SELL"}]}]}',
      '{"channel":"heartbeats","timestamp":"2026-08-09T21:05:48.2Z","sequence_num":1,"events":[{"current_time":"x","heartbeat_counter":41691}]}',
      '{"channel":"subscriptions","timestamp":"2026-08-09T21:05:48.2Z","sequence_num":2,"events":[{"subscriptions":{"level2":["BTC-USD"]}}]}',
    ],
    told: ['trade'],
  },
  {
    name: 'gemini',
    protocol: geminiProtocol(),
    spec: spec('BTC-USD.spot@gemini', 'BTCUSD'),
    messages: [
      '{"type":"trade","symbol":"BTCUSD","event_id":45465887998,"timestamp":1624493693624,"price":"0.07997","quantity":"3795.655473","side":"buy"}',
      '{"type":"heartbeat","timestamp":1624493666869}',
    ],
    told: ['trade'],
  },
  {
    name: 'gate spot',
    protocol: gateSpotProtocol(),
    spec: spec('BTC-USDT.spot@gate', 'BTC_USDT'),
    messages: [
      '{"time":1619093543,"channel":"spot.trades","event":"update","result":{"id":816995772,"create_time":1619093543,"create_time_ms":"1619093543708.2642","side":"sell","currency_pair":"BTC_USDT","amount":"0.2010000000","price":"121.5800000000"}}',
      '{"time":1619093532,"id":3,"channel":"spot.trades","event":"subscribe","error":{"code":2,"message":"unknown currency pair"}}',
    ],
    told: ['trade'],
  },
  {
    name: 'gate futures',
    protocol: gateFuturesProtocol([gatePerp]),
    spec: gatePerp,
    messages: [
      '{"time":1788999999,"time_ms":1788999999123,"channel":"futures.trades","event":"update","result":[{"size":-108,"id":27753479,"create_time":1788999999,"create_time_ms":1788999999123,"price":"96.4","contract":"BTC_USDT"}]}',
      '{"time":1788999999,"channel":"futures.tickers","event":"update","result":[{"contract":"BTC_USDT","last":"118.4","funding_rate":"-0.000114","funding_rate_indicative":"0.01875","mark_price":"118.35","index_price":"118.36","total_size":"73648"}]}',
      '{"time":1788999999,"channel":"futures.contract_stats","event":"update","result":[{"time":1788999900,"contract":"BTC_USDT","lsr_taker":2,"lsr_account":1.5,"long_taker_size":4,"short_taker_size":2,"long_users":3,"short_users":2,"long_liq_usd":5,"short_liq_usd":0,"top_lsr_size":1,"top_long_size":1,"top_short_size":1,"top_lsr_account":1,"top_long_account":1,"top_short_account":1}]}',
      '{"time":1788999999,"channel":"futures.public_liquidates","event":"update","result":[{"price":"215.1","size":-124,"time":1788999999,"time_ms":1788999999000,"contract":"BTC_USDT"}]}',
    ],
    told: ['trade', 'mark', 'open_interest', 'funding', 'long_short', 'taker_volume', 'liquidation_stats', 'liquidation'],
  },
  {
    name: 'mexc spot',
    protocol: mexcSpotProtocol(),
    spec: spec('BTC-USDT.spot@mexc', 'BTCUSDT'),
    messages: ['{"id":1,"code":0,"msg":"spot@public.aggre.depth.v3.api.pb@100ms@BTCUSDT"}', '{"id":0,"code":0,"msg":"PONG"}'],
    told: [],
  },
  {
    name: 'binance usdm',
    protocol: binanceUsdmProtocol([usdm]),
    spec: usdm,
    messages: [
      '{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1788999999024,"a":3478018549,"s":"BTCUSDT","p":"83434.40","q":"0.016","f":1,"l":2,"T":1788999998874,"m":true}}',
      '{"stream":"btcusdt@markPrice@1s","data":{"e":"markPriceUpdate","E":1788999999000,"s":"BTCUSDT","p":"11794.15","i":"11784.62","P":"11784.25","r":"0.00038167","T":1789003200000}}',
      '{"stream":"btcusdt@forceOrder","data":{"e":"forceOrder","E":1788999999124,"o":{"s":"BTCUSDT","S":"SELL","q":"116.5","p":"3.80300","ap":"3.85642","l":"25.2","z":"116.5","T":1788999998119}}}',
      '{"result":null,"id":1}',
    ],
    told: ['trade', 'mark', 'funding', 'liquidation'],
  },
];

const change = fc.record({
  kind: fc.constantFrom('set', 'delete', 'insert', 'cut'),
  at: fc.nat({ max: 700 }),
  byte: fc.oneof(fc.constantFrom(...Buffer.from('0123456789"{}[],:.-+eE \\ntrue')), fc.nat({ max: 255 })),
});

describe.each(SAMPLES)('messages of $name', (sample) => {
  it('tell what they say', () => {
    const { session, events } = started(sample);
    for (const text of sample.messages) session.onFrame(Buffer.from(text), Buffer.byteLength(text), NOW);
    expect(session.counters.refused).toBe(0);
    expect([...new Set(events.map(({ type }) => type))].filter((type) => type !== 'book_state').toSorted()).toEqual(
      sample.told.toSorted(),
    );
  });

  it('never throw when damaged, and never make an event outside the contract', () => {
    fc.assert(
      fc.property(fc.constantFrom(...sample.messages), fc.array(change, { minLength: 1, maxLength: 3 }), (text, changes) => {
        const { session } = started(sample);
        const bytes = damaged(Buffer.from(text), changes);
        session.onFrame(bytes, bytes.length, NOW);
        session.advance(NOW + 2_000);
      }),
      { numRuns: 150 },
    );
  });
});

function started({ protocol, spec: instrument }: Sample): { session: VenueSession; events: MarketEvent[] } {
  const events: MarketEvent[] = [];
  const emit = (event: MarketEvent) => void events.push(marketEventSchema.parse(event));
  const options = {
    protocol,
    instruments: [instrument],
    pace: DEFAULT_PACE,
    trades: new TradeFilter(),
    sides: new LiquidationSides(),
    emit,
  };
  const session = new VenueSession({ ...options, ask: () => undefined, nowMs: NOW });
  session.listen(NOW);
  session.opened(NOW);
  return { session, events };
}

function damaged(bytes: Uint8Array, changes: readonly { kind: string; at: number; byte: number }[]): Uint8Array {
  let list = [...bytes];
  for (const { kind, at, byte } of changes) {
    const place = at % list.length;
    if (kind === 'set') list[place] = byte;
    else if (kind === 'delete' && list.length > 1) list.splice(place, 1);
    else if (kind === 'insert') list.splice(place, 0, byte);
    else list = list.slice(0, Math.max(1, place));
  }
  return Uint8Array.from(list);
}

function spec(id: string, symbol: string): InstrumentSpec {
  const none = { min_qty: null, min_notional: null, listed_at: null, expiry: null };
  const digits = { tick: 0.1, lot: 0.0001, price_decimals: 1, qty_decimals: 4, contract_size: 1 };
  const kind = id.includes('.perp@') ? 'perp' : 'spot';
  return {
    id,
    venue_symbol: symbol,
    kind,
    settle: 'linear',
    status: 'trading',
    funding_interval_ms: 3_600_000,
    ...digits,
    ...none,
  };
}
