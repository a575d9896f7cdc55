import { binanceDepthReply, binanceStream } from '#shared/market/venues/binance/syntax.ts';
import type { BookInstrument } from '#shared/market/venues/book-instruments.ts';
import { coinbaseAdvanced } from '#shared/market/venues/coinbase/syntax.ts';
import type { FrameSyntax } from '#shared/market/venues/frame-syntax.ts';
import { gateFutures, gateFuturesBookReply } from '#shared/market/venues/gate/futures-syntax.ts';
import { gateSpot, gateSpotBookReply } from '#shared/market/venues/gate/spot-syntax.ts';
import { geminiV2 } from '#shared/market/venues/gemini/syntax.ts';
import { krakenFutures } from '#shared/market/venues/kraken-futures/syntax.ts';
import { krakenSpotV1 } from '#shared/market/venues/kraken-spot/v1-syntax.ts';
import { krakenSpotV2 } from '#shared/market/venues/kraken-spot/v2-syntax.ts';

export interface VenueSample {
  readonly venue: string;
  readonly syntax: () => FrameSyntax;
  readonly instrument: BookInstrument;
  /** Book frames in the venue's exact form. */
  readonly frames: readonly string[];
}

/** A few frames of every venue and form that is read, made up but in the exact form of the recordings. */
export const SAMPLES: readonly VenueSample[] = [
  {
    venue: 'kraken spot v2',
    syntax: krakenSpotV2,
    instrument: { symbol: 'BTC/USD', priceDecimals: 1, sizeDecimals: 8 },
    frames: [
      '{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[{"price":77362.8,"qty":0.05300065},{"price":77362.7,"qty":0.01292283}],"asks":[{"price":77362.9,"qty":0.01931963}],"checksum":3561285941}]}',
      '{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[],"asks":[{"price":77366.2,"qty":0.00000000},{"price":77370.0,"qty":120.69913991}],"checksum":3561285941,"timestamp":"2026-09-12T15:48:32.340708Z"}]}',
    ],
  },
  {
    venue: 'kraken spot v1',
    syntax: krakenSpotV1,
    instrument: { symbol: 'SC/EUR', priceDecimals: 6, sizeDecimals: 8 },
    frames: [
      '[1920,{"as":[["0.043130","11802.77325050","1618678133.136361"]],"bs":[["0.043100","250.00000000","1618678133.1"]]},"book-1000","SC/EUR"]',
      '[1920,{"a":[["0.042990","364630.28272081","1618678145.920470"]]},{"b":[["0.042990","0.00000000","1618678145.920708"]],"c":"4105471083"},"book-1000","SC/EUR"]',
    ],
  },
  {
    venue: 'kraken futures',
    syntax: krakenFutures,
    instrument: { symbol: 'PI_LTCUSD', priceDecimals: 2, sizeDecimals: 0 },
    frames: [
      '{"feed":"book_snapshot","product_id":"PI_LTCUSD","timestamp":1626994927711,"seq":3423035,"tickSize":null,"bids":[{"price":119.31,"qty":320.0}],"asks":[{"price":119.4,"qty":900.0}]}',
      '{"feed":"book","product_id":"PI_LTCUSD","side":"sell","seq":3423036,"price":119.46,"qty":21884.0,"timestamp":1626994927748}',
      '{"feed":"book","product_id":"PI_LTCUSD","side":"buy","seq":3423037,"price":119.21,"qty":0.0,"timestamp":1626994927751}',
    ],
  },
  {
    venue: 'binance',
    syntax: binanceStream,
    instrument: { symbol: 'ETHUSDT', priceDecimals: 2, sizeDecimals: 4 },
    frames: [
      '{"stream":"ethusdt@depth@100ms","data":{"e":"depthUpdate","E":1723161255308,"s":"ETHUSDT","U":35346513499,"u":35346513505,"b":[["2683.80000000","3.02920000"],["2679.00000000","0.00000000"]],"a":[["2733.70000000","0.00010000"]]}}',
      '{"e":"depthUpdate","E":1723161257440,"T":1723161257434,"s":"ETHUSDT","ps":"ETHUSD","U":1007198631216,"u":1007198631578,"pu":1007198631180,"b":[["2657.70","0"]],"a":[]}',
    ],
  },
  {
    venue: 'binance depth reply',
    syntax: () => binanceDepthReply('ETHUSDT'),
    instrument: { symbol: 'ETHUSDT', priceDecimals: 2, sizeDecimals: 4 },
    frames: ['{"lastUpdateId":35346513512,"bids":[["2683.80000000","3.02920000"]],"asks":[["2683.81000000","31.43950000"]]}'],
  },
  {
    venue: 'gate spot',
    syntax: gateSpot,
    instrument: { symbol: 'ZKS_ETH', priceDecimals: 6, sizeDecimals: 3 },
    frames: [
      '{"time":1619093533,"channel":"spot.order_book_update","event":"update","result":{"t":1619093533031,"e":"depthUpdate","E":1619093533,"s":"ZKS_ETH","U":11077661,"u":11077662,"b":[["0.001005","50.29"]],"a":[["0.001038","0"]]}}',
      '{"channel":"spot.obu","event":"update","time_ms":1747054612695,"result":{"t":1747054612645,"full":true,"s":"ob.ZKS_ETH.50","u":73777715168,"b":[["0.001005","50.29"]],"a":[["0.001038","1.5"]]}}',
      '{"channel":"spot.obu","event":"update","time_ms":1747054612848,"result":{"t":1747054612828,"s":"ob.ZKS_ETH.50","U":73777715169,"u":73777715212,"b":[["0.001004","0"]]}}',
    ],
  },
  {
    venue: 'gate spot book reply',
    syntax: () => gateSpotBookReply('ZKS_ETH'),
    instrument: { symbol: 'ZKS_ETH', priceDecimals: 6, sizeDecimals: 3 },
    frames: [
      '{"id":11077661,"current":1619093533000,"update":1619093532990,"asks":[["0.001038","453.602"]],"bids":[["0.001005","50.29"]]}',
    ],
  },
  {
    venue: 'gate futures',
    syntax: gateFutures,
    instrument: { symbol: 'PHB_USDT', priceDecimals: 4, sizeDecimals: 0 },
    frames: [
      '{"time":1684930165,"time_ms":1684930165562,"channel":"futures.order_book_update","event":"update","result":{"U":6159963,"a":[{"p":"0.7394","s":1014}],"b":[{"p":"0.7376","s":0}],"s":"PHB_USDT","t":1684930165522,"u":6159966}}',
    ],
  },
  {
    venue: 'gate futures book reply',
    syntax: () => gateFuturesBookReply('PHB_USDT'),
    instrument: { symbol: 'PHB_USDT', priceDecimals: 4, sizeDecimals: 0 },
    frames: [
      '{"current":1684930166.384,"update":1684930166.35,"asks":[{"s":803,"p":"0.7394"}],"bids":[{"s":5,"p":"0.7376"}],"id":6159965}',
    ],
  },
  {
    venue: 'coinbase',
    syntax: coinbaseAdvanced,
    instrument: { symbol: 'BTC-USD', priceDecimals: 2, sizeDecimals: 8 },
    frames: [
      '{"channel":"l2_data","timestamp":"2026-08-09T21:05:57.938439823Z","sequence_num":404,"events":[{"type":"update","product_id":"BTC-USD","updates":[{"side":"bid","event_time":"2026-08-09T21:05:57.918439Z","price_level":"65083.66","new_quantity":"0.250021"},{"side":"offer","event_time":"2026-08-09T21:05:57.918439Z","price_level":"65090.12","new_quantity":"0"}]}]}',
    ],
  },
  {
    venue: 'gemini',
    syntax: geminiV2,
    instrument: { symbol: 'BTCUSD', priceDecimals: 2, sizeDecimals: 8 },
    frames: [
      '{"type":"l2_updates","symbol":"BTCUSD","changes":[["buy","302.75","0.00001"],["sell","304.81","0"]],"trades":[],"auction_events":[]}',
      '{"type":"l2_updates","symbol":"BTCUSD","changes":[["sell","304.10","16.484948"]]}',
    ],
  },
];
