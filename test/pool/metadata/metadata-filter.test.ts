import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { PoolParams } from '#shared/contracts/pool-params.ts';
import { inferInstrument, inferInstruments } from '#shared/market/infer-instruments.ts';
import type { Instrument } from '#shared/market/instrument.ts';
import { isLeveragedToken } from '#shared/pool/metadata/leveraged-token.ts';
import { metadataFilter } from '#shared/pool/metadata/metadata-filter.ts';
import { readParams } from '../../golden/pool-params.ts';
import { hasShared, sharedPath } from '../../golden/read-csv.ts';

const reference = readParams('reference');
const coreMajor = readParams('core_major');
const codes = (reasons: readonly { readonly code: string }[]): string[] => reasons.map(({ code }) => code);

it.each([
  ['contains', ['BTCUP', 'JUP', 'SUPER', 'STARTUP', 'BULL']],
  ['suffix_with_underlying', ['BTCUP', 'STARTUP', 'BULL']],
] as const)('P-06: %s finds the leveraged tokens %j', (rule, expected) => {
  const listed = new Set(['BTC', 'START', 'J']);
  const params = { ...reference.metadata, leveraged_rule: rule };
  const bases = ['BTCUP', 'JUP', 'SUPER', 'STARTUP', 'BULL', 'PUMP'];
  expect(bases.filter((base) => isLeveragedToken(base, params, (name) => listed.has(name)))).toEqual(expected);
});

const RECORDING = 'data/exchange-payloads/cryptofeed/BINANCE.0.exchangeInfo.gz';

describe.skipIf(!hasShared(RECORDING))('P-07: the recorded exchangeInfo of Binance', () => {
  const instruments = hasShared(RECORDING) ? recordedInstruments() : [];

  it('holds 1 695 symbols, 275 of them trading USDT spot', () => {
    expect(instruments.length).toBe(1695);
    const trading = instruments.filter(
      (item) => item.status === 'TRADING' && item.quoteAsset === 'USDT' && item.isSpotTradingAllowed,
    );
    expect(trading.length).toBe(275);
  });

  it.each(['broad_liquid', 'core_major'])('lets 268, 269 and 265 through in mode %s', (mode) => {
    const eligible = (params: PoolParams): string[] => {
      const filter = metadataFilter([{ knownFrom: 0, instruments }], { ...params, universe: { ...params.universe, mode } }, 0);
      return instruments.map(({ symbol }) => symbol).filter((symbol) => filter.reasons(symbol, 0, true).length === 0);
    };
    const byReference = eligible(reference);
    const leveragedRule = coreMajor.metadata.leveraged_rule;
    const flipped = eligible({ ...reference, metadata: { ...reference.metadata, leveraged_rule: leveragedRule } });
    const byCoreMajor = eligible(coreMajor);
    expect([byReference.length, flipped.length, byCoreMajor.length]).toEqual([268, 269, 265]);
    expect(flipped.filter((symbol) => !byReference.includes(symbol))).toEqual(['SUPERUSDT']);
    expect(flipped.filter((symbol) => !byCoreMajor.includes(symbol)).toSorted()).toEqual([
      'AUDUSDT',
      'EURUSDT',
      'GBPUSDT',
      'PAXGUSDT',
    ]);
  });
});

describe('the metadata filter', () => {
  const instrument = (changes: Partial<Instrument>): Instrument => ({ ...inferInstrument('XUSDT', ['USDT']), ...changes });
  const reasonsOf = (changes: Partial<Instrument>, params = coreMajor): string[] => {
    const item = instrument(changes);
    const listed = inferInstruments(['BTCUSDT'], ['USDT']);
    return codes(metadataFilter([{ knownFrom: 5, instruments: [item, ...listed] }], params, 5).reasons(item.symbol, 5, true));
  };

  it.each([
    [{}, []],
    [{ status: 'BREAK' }, ['not_trading']],
    [{ quoteAsset: 'EUR' }, ['quote_not_allowed']],
    [{ isSpotTradingAllowed: false }, ['spot_not_allowed']],
    [{ baseAsset: 'BNB' }, ['base_excluded']],
    [{ baseAsset: 'WIF' }, ['high_noise']],
    [{ baseAsset: 'TRY' }, ['excluded_kind']],
    [{ baseAsset: 'BTCDOWN' }, ['leveraged_token']],
    [{ symbol: 'BTCUSDT', baseAsset: 'BTC' }, ['benchmark', 'base_excluded']],
    [{ symbol: '币安人生USDT' }, ['symbol_charset']],
    [
      { status: 'HALT', quoteAsset: 'EUR', baseAsset: 'USDC' },
      ['not_trading', 'quote_not_allowed', 'base_excluded', 'excluded_kind'],
    ],
  ] as const)('names every reason for %j: %j', (changes, expected) => {
    expect(reasonsOf(changes)).toEqual(expected);
  });

  it('takes excluded symbols and a mode’s extra bases from the parameters', () => {
    const mode = { ...coreMajor.universe.modes.core_major!, extra_excluded_bases: ['X'] };
    const params: PoolParams = {
      ...coreMajor,
      metadata: { ...coreMajor.metadata, excluded_symbols: ['XUSDT'] },
      universe: { ...coreMajor.universe, modes: { core_major: mode } },
    };
    expect(reasonsOf({ baseAsset: 'X' }, params)).toEqual(['symbol_excluded', 'base_excluded']);
  });

  it('judges a day by the newest snapshot known at its end, and before the first by the candles (PT4)', () => {
    const trading = instrument({});
    const broken = instrument({ status: 'BREAK' });
    const snapshots = [
      { knownFrom: 20, instruments: [broken] },
      { knownFrom: 10, instruments: [trading] },
    ];
    const filter = metadataFilter(snapshots, coreMajor, 30);
    const at = (day: number, hasCandle = true): string[] => codes(filter.reasons('XUSDT', day, hasCandle));
    expect([at(9), at(9, false), at(10, false), at(19), at(20), at(30)]).toEqual([
      [],
      ['not_trading'],
      [],
      [],
      ['not_trading'],
      ['not_trading'],
    ]);
    expect(filter.isDelisted('XUSDT')).toBe(true);
    expect(filter.inferredBefore).toBe(10);

    const latest = metadataFilter(snapshots, { ...coreMajor, metadata: { ...coreMajor.metadata, history: 'latest' } }, 30);
    expect(codes(latest.reasons('XUSDT', 9, true))).toEqual(['not_trading']);
    expect(latest.inferredBefore).toBeNull();
  });

  it('knows an underlying from the day on which it was first listed', () => {
    const token = instrument({ symbol: 'NEWUPUSDT', baseAsset: 'NEWUP' });
    const snapshots = [
      { knownFrom: 10, instruments: [token] },
      { knownFrom: 20, instruments: [token, instrument({ symbol: 'NEWUSDT', baseAsset: 'NEW' })] },
      { knownFrom: 30, instruments: [token] },
    ];
    const filter = metadataFilter(snapshots, coreMajor, 30);
    expect([19, 20, 30].map((day) => codes(filter.reasons('NEWUPUSDT', day, true)))).toEqual([
      [],
      ['leveraged_token'],
      ['leveraged_token'],
    ]);
  });

  it('does not read a snapshot from after as_of', () => {
    const snapshots = [
      { knownFrom: 10, instruments: [instrument({})] },
      { knownFrom: 31, instruments: [instrument({ status: 'BREAK' })] },
    ];
    const filter = metadataFilter(snapshots, { ...coreMajor, metadata: { ...coreMajor.metadata, history: 'latest' } }, 30);
    expect(filter.reasons('XUSDT', 30, true)).toEqual([]);
    expect(filter.isDelisted('XUSDT')).toBe(false);
  });

  it('asks a list of the day after, as a run fetches it, about delistings, and a later one about names alone', () => {
    const asOf = 100;
    const listed = (knownFrom: number) =>
      metadataFilter([{ knownFrom, instruments: [instrument({ status: 'BREAK' })] }], coreMajor, asOf);
    expect([listed(101).borrowedFrom, listed(101).isDelisted('XUSDT')]).toEqual([null, true]);
    expect([listed(102).borrowedFrom, listed(102).isDelisted('XUSDT')]).toEqual([102, false]);
    expect(listed(102).baseAsset('XUSDT')).toBe('X');
    expect(codes(listed(102).reasons('XUSDT', asOf, true))).toEqual([]);
  });
});

function recordedInstruments(): Instrument[] {
  const text = gunzipSync(readFileSync(sharedPath(RECORDING))).toString('utf8');
  // The first line is the answer, behind its address and time; the second lists what the recorder subscribed to.
  const [answer = ''] = text.split('\n');
  const parsed = JSON.parse(answer.slice(answer.indexOf('{'))) as { symbols: Record<string, unknown>[] };
  return parsed.symbols.map((item) => ({
    symbol: String(item.symbol),
    status: String(item.status),
    baseAsset: String(item.baseAsset),
    quoteAsset: String(item.quoteAsset),
    isSpotTradingAllowed: item.isSpotTradingAllowed === true,
  }));
}
