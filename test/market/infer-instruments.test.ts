import { expect, it } from 'vitest';
import { inferInstruments } from '#shared/market/infer-instruments.ts';

it.each([
  ['SOLUSDT', ['USDT'], 'SOL', 'USDT'],
  ['ethbtc', ['USDT'], 'ETH', 'BTC'],
  ['BTCFDUSD', ['USDT'], 'BTC', 'FDUSD'],
  ['BTCFDUSD', ['USD', 'FDUSD'], 'BTC', 'FDUSD'],
  ['AAAXYZ', ['XYZ'], 'AAA', 'XYZ'],
  ['USDT', ['USDT'], 'USDT', ''],
] as const)('%s with quotes %j is %s in %j', (symbol, quotes, baseAsset, quoteAsset) => {
  const rest = { symbol: symbol.toUpperCase(), status: 'TRADING', isSpotTradingAllowed: true };
  expect(inferInstruments([symbol], quotes)).toEqual([{ ...rest, baseAsset, quoteAsset }]);
});
