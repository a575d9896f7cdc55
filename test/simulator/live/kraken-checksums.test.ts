import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LimitBook } from '#shared/simulator/live/limit-book.ts';
import { LiveSimulator } from '#shared/simulator/live-simulator.ts';
import { bookChecksum } from '#shared/simulator/streams/kraken-spot/checksum.ts';
import { TappedStream } from './tapped-stream.ts';

/** CRC-32 bit by bit, as the polynomial says. */
function slowCrc32(text: string): number {
  let crc = 0xffff_ffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1;
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}

const strip = (text: string): string => text.replace('.', '').replace(/^0+/, '');

/** A client's book kept as the texts of the wire: nothing is parsed into numbers but to sort. */
class TextBook {
  bids = new Map<string, string>();
  asks = new Map<string, string>();

  apply(text: string, depth: number): void {
    if (text.includes('"type":"snapshot"')) {
      this.bids.clear();
      this.asks.clear();
    }
    const [, bids = '', asks = ''] = /"bids":\[(.*?)\],"asks":\[(.*?)\]/.exec(text) ?? [];
    this.bids = this.#side(this.bids, bids, depth, -1);
    this.asks = this.#side(this.asks, asks, depth, 1);
  }

  checksum(): number {
    const best = (side: Map<string, string>): string =>
      [...side]
        .slice(0, 10)
        .map(([price, qty]) => strip(price) + strip(qty))
        .join('');
    return slowCrc32(best(this.asks) + best(this.bids));
  }

  #side(side: Map<string, string>, levels: string, depth: number, sign: 1 | -1): Map<string, string> {
    for (const [, price = '', qty = ''] of levels.matchAll(/\{"price":([\d.]+),"qty":([\d.]+)\}/g)) {
      if (Number(qty) === 0) side.delete(price);
      else side.set(price, qty);
    }
    return new Map([...side].sort(([a], [b]) => sign * (Number(a) - Number(b))).slice(0, depth));
  }
}

describe('checksums of the simulated Kraken', () => {
  it.each([10, 25, 100, 1000])('of every frame at depth %d are those of the texts sent', (depth) => {
    const sim = new LiveSimulator({ seed: '9', symbols: ['BTC', 'PEPE', 'SAND'], levels: 40 });
    const stream = new TappedStream(sim, 'kraken_spot');
    const symbols = ['BTC/USD', 'PEPE/USD', 'SAND/USD', 'USDT/USD'];
    stream.send({ method: 'subscribe', params: { channel: 'book', symbol: symbols, depth } });
    sim.advanceTo(sim.nowMs + 40_000);
    const books = new Map(symbols.map((symbol) => [symbol, new TextBook()]));
    const seen = new Map<string, number>();
    for (const { text, about } of stream.frames) {
      if (about?.channel !== 'book') continue;
      const book = books.get(about.symbol)!;
      book.apply(text, depth);
      expect([about, book.checksum()]).toEqual([about, Number(/"checksum":(\d+)/.exec(text)?.[1])]);
      seen.set(about.symbol, (seen.get(about.symbol) ?? 0) + 1);
    }
    for (const symbol of symbols) expect(seen.get(symbol)).toBeGreaterThan(30);
  });

  it.each([
    // The short books of the market data spec §4.3.
    [
      [
        [43130, 1180277325050],
        [43140, 334853731567],
        [43150, 3341000000000],
      ],
      [
        [43100, 25000000000],
        [43090, 50000000],
      ],
      1640255405,
    ],
    [[[1234, 5]], [[1233, 150000000000000]], 4001073577],
  ])('agree with the published vectors (%j %j)', (asks, bids, expected) => {
    const book = new LimitBook(0);
    for (const [price = 0, size = 0] of asks) book.set('ask', price, size);
    for (const [price = 0, size = 0] of bids) book.set('bid', price, size);
    expect(bookChecksum(book)).toBe(expected);
  });

  it('cover the best ten levels of a side and no more', () => {
    const level = fc.tuple(
      fc.constantFrom('bid' as const, 'ask' as const),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 0, max: 9 }),
    );
    fc.assert(
      fc.property(fc.array(level, { maxLength: 80 }), (changes) => {
        const book = new LimitBook(0);
        for (const [side, price, size] of changes) book.set(side, side === 'bid' ? price : 100 + price, size);
        const best = (side: 'bids' | 'asks') => book[side].levels(10).map(({ price, size }) => `${price}${size}`);
        expect(bookChecksum(book)).toBe(slowCrc32([...best('asks'), ...best('bids')].join('')));
      }),
    );
  });
});
