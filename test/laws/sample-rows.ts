import { type MarketSample, type MinuteBar, marketSampleSchema, minuteBarSchema } from '#shared/contracts/market-samples.ts';

/** Open interest at `at` ms. */
export function oiSample(at: number, own: Partial<MarketSample> = {}): MarketSample {
  const times = { ts_event: at, ts_recv: at + 200, available_at: at + 200 };
  const name = { metric: 'oi', venue: 'gate', instrument: 'BTC-USDT.perp@gate' };
  return marketSampleSchema.parse({
    ...name,
    value: at / 8,
    unit: 'contracts',
    ...times,
    quality: 'live',
    raw_ref: null,
    ...own,
  });
}

/** A bar of the minute that begins at `minute`, without marks. */
export function btcBar(minute: number, own: Partial<MinuteBar> = {}): MinuteBar {
  const ohlc = { open: 10, high: 12, low: 9, close: 11 };
  const mid = { mid_open: 10.5, mid_high: 12.5, mid_low: 9.5, mid_close: 11.5 };
  const mark = { mark_open: null, mark_high: null, mark_low: null, mark_close: null };
  const volumes = { volume: 3, quote_volume: 31.5, trades: 2, taker_buy: 1, taker_sell: 2 };
  const depth = Object.fromEntries(
    [10, 25, 100].flatMap((bps) => ['bid', 'ask'].map((side) => [`depth_${bps}bps_${side}`, bps * 7.5])),
  );
  const book = { spread_bps: 1.25, imbalance: -0.125, ...depth, book_live_ms: 59_000 };
  const name = { instrument: 'BTC-USD.spot@kraken', minute, available_at: minute + 62_000 };
  return minuteBarSchema.parse({ ...name, ...ohlc, ...volumes, ...mid, ...mark, ...book, ...own });
}
