import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import venueTable from '#params/venues.json' with { type: 'json' };
import { allowedDomains, checkHost } from '#shared/market/venue-policy/check-host.ts';
import { checkVenue } from '#shared/market/venue-policy/check-venue.ts';
import { parseVenueParams, venuePolicy } from '#shared/market/venue-policy/venue-policy.ts';

const params = parseVenueParams(venueTable);
const strict = venuePolicy(params, 'us_strict', ['binance']);
const global = venuePolicy(params, 'global', ['binance']);

/** market-data spec §1.1, typed here a second time so that an edit of the table cannot pass unseen. */
const READABLE = [
  'coinbase',
  'coinbaseexchange',
  'coinbaseinternational',
  'deribit',
  'gate',
  'gateeu',
  'gemini',
  'kraken',
  'krakenfutures',
  'mexc',
];
const REFUSED =
  'binance binanceus binanceusdm binancecoinm bybit bybiteu bybitid okx okxus myokx bitget kucoin kucoinfutures'.split(' ');

/** The same name in any casing and with blanks around it. */
function disguised(id: string): fc.Arbitrary<string> {
  return fc.tuple(fc.array(fc.boolean(), { minLength: id.length, maxLength: id.length }), fc.nat(2)).map(([upper, pad]) => {
    const text = Array.from(id, (letter, at) => (upper[at] === true ? letter.toUpperCase() : letter)).join('');
    return ' '.repeat(pad) + text + '\t'.repeat(pad);
  });
}

describe('venue policy', () => {
  it('lists the venues of the specification and no others', () => {
    expect(Object.keys(params.venues).sort()).toEqual(READABLE);
    expect(Object.keys(params.refused_set).sort()).toEqual([...REFUSED].sort());
  });

  it('allows a listed venue under any spelling and returns its normal id', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...READABLE).chain((id) => fc.tuple(fc.constant(id), disguised(id))),
        ([id, text]) => {
          expect(checkVenue(strict, text, 'data')).toBe(id);
        },
      ),
    );
  });

  it('refuses the refused set under any spelling, even when the deployment names it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...REFUSED).chain(disguised), (text) => {
        expect(() => checkVenue(strict, text, 'data')).toThrow(/refused_set/);
        expect(() => checkVenue(strict, text, 'trading')).toThrow(/refused_set/);
      }),
    );
  });

  it('refuses everything else in every profile', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!READABLE.includes(text.trim().toLowerCase()) && !REFUSED.includes(text.trim().toLowerCase()));
        expect(() => checkVenue(strict, text, 'data')).toThrow(/not_listed/);
        expect(() => checkVenue(global, text, 'data')).toThrow(/not_listed/);
      }),
    );
    for (const name of ['constructor', '__proto__', 'toString', 'ｂｉｎａｎｃｅ']) {
      expect(() => checkVenue(strict, name, 'data')).toThrow(/refused/);
    }
  });

  it('reads a refused venue under global only when it is named, and never trades there', () => {
    expect(checkVenue(global, 'Binance', 'data')).toBe('binance');
    expect(() => checkVenue(global, 'bybit', 'data')).toThrow(/refused_set/);
    expect(() => checkVenue(global, 'binance', 'trading')).toThrow(/eligibility_missing/);
    expect(() => checkVenue(global, 'deribit', 'trading')).toThrow(/trading_never/);
    expect(() => checkVenue(strict, 'krakenfutures', 'trading')).toThrow(/eligibility_missing/);
    expect(checkVenue(strict, 'kraken', 'trading')).toBe('kraken');
  });

  it('says what is refused, for what and by which rule', () => {
    expect(() => checkVenue(strict, 'OKX', 'data')).toThrow(
      expect.objectContaining({
        code: 'VENUE_REFUSED',
        kind: 'terminal',
        details: { venue: 'okx', purpose: 'data', profile: 'us_strict', rule: 'refused_set' },
      }),
    );
  });

  it('does not start without a readable profile', () => {
    expect(() => venuePolicy(params, 'lenient', [])).toThrow(/VENUE_PROFILE_INVALID|no venue profile/);
    expect(() => parseVenueParams({ ...venueTable, profiles: undefined })).toThrow(/profiles/);
  });
});

describe('hosts', () => {
  it.each([
    ['api.gateio.ws', 'gate'],
    ['API.Kraken.COM.', 'kraken'],
    ['api.mexc.com', 'mexc'],
    ['api.coinbase.com', 'coinbase'],
  ])('%s belongs to %s', (host, venue) => {
    expect(() => checkHost(strict, venue, 'data', 'venue', host)).not.toThrow();
  });

  it.each([
    ['api.binance.com', 'refused_set'],
    ['API.BINANCE.COM.', 'refused_set'],
    ['ａｐｉ.binance。com', 'refused_set'],
    ['api.kraken.com', 'host'],
    ['gateio.ws.evil.example', 'host'],
    ['evilgateio.ws', 'host'],
    ['127.0.0.1', 'host'],
    ['', 'host'],
  ])('%s is refused to the gate adapter by rule %s', (host, rule) => {
    expect(() => checkHost(strict, 'gate', 'data', 'venue', host)).toThrow(
      expect.objectContaining({ code: 'VENUE_REFUSED', details: expect.objectContaining({ rule }) }),
    );
  });

  it('gives the sample exchange loopback and nothing else', () => {
    expect(() => checkHost(strict, 'gate', 'data', 'sim', '127.0.0.1')).not.toThrow();
    expect(() => checkHost(strict, 'gate', 'data', 'sim', 'localhost')).not.toThrow();
    expect(() => checkHost(strict, 'gate', 'data', 'sim', 'api.gateio.ws')).toThrow(/loopback_only_for_sim/);
    expect(() => checkHost(strict, 'gate', 'data', 'sim', '127.0.0.1.evil.example')).toThrow(/loopback_only_for_sim/);
  });

  it('exports the list for the network without a refused domain', () => {
    expect(allowedDomains(strict)).toContain('gateio.ws');
    expect(allowedDomains(strict).filter((domain) => /binance|okx|bybit|kucoin|bitget/.test(domain))).toEqual([]);
    expect(allowedDomains(global)).toContain('binance.com');
    expect(allowedDomains(global)).not.toContain('okx.com');
  });
});
