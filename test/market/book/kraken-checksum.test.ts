import { describe, expect, it } from 'vitest';
import { decimalUnits } from '#shared/market/book/decimal-units.ts';
import { KrakenChecksum } from '#shared/market/book/kraken-checksum.ts';
import { LevelList } from '#shared/market/book/level-list.ts';
import { type BookDigits, OrderBook } from '#shared/market/book/order-book.ts';
import { naiveDigitsChecksum } from './naive-book.ts';

// market data spec §4.3
const ASKS =
  '45285.2/0.00100000 45286.4/1.54571953 45286.6/1.54571109 45289.6/1.54560911 45290.2/0.15890660 45291.8/1.54553491 45294.7/0.04454749 45296.1/0.35380000 45297.5/0.09945542 45299.5/0.18772827';
const BIDS =
  '45283.5/0.10000000 45283.4/1.54582015 45282.1/0.10000000 45281.0/0.10000000 45280.3/1.54592586 45279.0/0.07990000 45277.6/0.03310103 45277.5/0.30000000 45277.3/1.54602737 45276.6/0.15445238';
const BTC: BookDigits = { priceDecimals: 1, sizeDecimals: 8 };

describe('kraken checksum', () => {
  it.each([
    ['the documented book', BTC, ASKS, BIDS, 3310070434],
    ['one changed quantity', BTC, ASKS.replace('0.00100000', '0.00100001'), BIDS, 3216232415],
    [
      'a short book',
      { priceDecimals: 6, sizeDecimals: 8 },
      '0.043130/11802.77325050 0.043140/3348.53731567 0.043150/33410.00000000',
      '0.043100/250.00000000 0.043090/0.50000000',
      1640255405,
    ],
    ['tiny numbers', { priceDecimals: 8, sizeDecimals: 8 }, '0.00001234/0.00000005', '0.00001233/1500000.00000000', 4001073577],
  ])('of %s', (_what, digits, asks, bids, expected) => {
    const book = bookOf(digits, bids, asks);
    expect(new KrakenChecksum().of(book)).toBe(expected);
    // The same instance again, with every level's part remembered.
    const checksum = new KrakenChecksum();
    expect([checksum.of(book), checksum.of(book)]).toEqual([expected, expected]);
  });

  it('differs with the digits that JSON.parse leaves', () => {
    expect(naiveDigitsChecksum(bookOf(BTC, BIDS, ASKS))).toBe(4237635173);
  });

  it('covers zeros behind the digits where the venue writes them', () => {
    const plain = bookOf({ priceDecimals: 5, sizeDecimals: 8 }, '354.15000/5.00000000', '354.20000/1.00000000');
    const padded = bookOf({ priceDecimals: 2, sizeDecimals: 8, textZeros: { price: 3, size: 0 } }, '354.15/5.0', '354.20/1.0');
    const checksum = new KrakenChecksum();
    expect(checksum.of(padded)).toBe(checksum.of(plain));
    expect(checksum.of(bookOf({ priceDecimals: 2, sizeDecimals: 8 }, '354.15/5.0', '354.20/1.0'))).not.toBe(checksum.of(plain));
  });
});

function bookOf(digits: BookDigits, bids: string, asks: string): OrderBook {
  const book = new OrderBook(digits, 100);
  const side = (text: string) => {
    const levels = new LevelList();
    for (const part of text.split(' ')) {
      const [price = '', size = ''] = part.split('/');
      levels.push(decimalUnits(price, digits.priceDecimals), decimalUnits(size, digits.sizeDecimals));
    }
    return levels;
  };
  book.load(side(bids), side(asks));
  return book;
}
