import { crc32 } from 'node:zlib';
import type { BookInstrument } from '#shared/market/venues/book-instruments.ts';

type V1Level = readonly [price: string, volume: string, ...unknown[]];
type V1Dict = { as?: V1Level[]; bs?: V1Level[]; a?: V1Level[]; b?: V1Level[]; c?: string };

/** Prices of one recorded pair reach 99 999 997.00000000: its v1 texts do not fit safe integers at all digits. */
const PADDED = 'XMR/USD';

/**
 * The book frames of a Kraken v1 recording as v2 frames: the texts of the numbers, the order of the changes and the checksums
 * stay what they were. A snapshot, which has no checksum in v1, gets the one that its texts make.
 */
export function asV2Frames(v1: readonly string[]): { instruments: readonly BookInstrument[]; frames: readonly string[] } {
  const instruments = new Map<string, BookInstrument>();
  const frames: string[] = [];
  for (const text of v1) {
    if (!text.startsWith('[')) continue;
    const parts = JSON.parse(text) as unknown[];
    const symbol = parts.at(-1) as string;
    if (symbol === PADDED) continue;
    const dict = Object.assign({}, ...parts.slice(1, -2)) as V1Dict;
    const first = dict.as?.[0];
    if (first !== undefined) instruments.set(symbol, { symbol, ...digitsOf(first) });
    frames.push(frame(symbol, dict));
  }
  return { instruments: [...instruments.values()], frames };
}

function frame(symbol: string, dict: V1Dict): string {
  const type = dict.as === undefined ? 'update' : 'snapshot';
  const side = (levels: V1Level[] = []) => levels.map(([price, qty]) => `{"price":${price},"qty":${qty}}`).join(',');
  const bids = side(dict.bs ?? dict.b);
  const asks = side(dict.as ?? dict.a);
  const checksum = dict.c ?? checksumOf(dict);
  return `{"channel":"book","type":"${type}","data":[{"symbol":"${symbol}","bids":[${bids}],"asks":[${asks}],"checksum":${checksum}}]}`;
}

function checksumOf({ as = [], bs = [] }: V1Dict): number {
  const digits = (text: string) => text.replace('.', '').replace(/^0+/, '');
  return crc32([...as.slice(0, 10), ...bs.slice(0, 10)].map(([price, qty]) => digits(price) + digits(qty)).join(''));
}

function digitsOf([price, volume]: V1Level): { priceDecimals: number; sizeDecimals: number } {
  return { priceDecimals: price.length - price.indexOf('.') - 1, sizeDecimals: volume.length - volume.indexOf('.') - 1 };
}
