import { crc32 } from 'node:zlib';
import { seededRandom } from '#shared/core/seeded-random.ts';
import { unitsText } from '#shared/market/book/decimal-units.ts';

export interface KrakenSessionOptions {
  readonly seed: string;
  readonly symbol: string;
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
  /** Price of the first mid, in ticks. */
  readonly midTicks: number;
  readonly depth: number;
  readonly updates: number;
}

type Level = [price: number, size: number];

/** Levels that the venue keeps behind what a subscriber sees. */
const HIDDEN_LEVELS = 20;

/**
 * A long Kraken v2 `book` session with the digits and checksums of the venue: a snapshot, then updates of one to four changes,
 * most of them near the best price. When a level leaves, the level that comes into the subscribed depth is sent with it, and one
 * in ten messages repeats a price, as the venue does. The book behind it is two plain sorted arrays.
 */
export function* krakenSession(options: KrakenSessionOptions): Generator<string> {
  const random = seededRandom(options.seed);
  const size = () => 1 + random.nextInt(10 ** Math.min(9, options.sizeDecimals + 1));
  const far = options.depth + HIDDEN_LEVELS;
  const bids: Level[] = Array.from({ length: far }, (_, i) => [options.midTicks - 1 - 3 * i, size()]);
  const asks: Level[] = Array.from({ length: far }, (_, i) => [options.midTicks + 1 + 3 * i, size()]);
  yield frame(options, 'snapshot', bids.slice(0, options.depth), asks.slice(0, options.depth), bids, asks, 0);
  for (let count = 1; count <= options.updates; count++) {
    const changes: [Level[], Level[]] = [[], []];
    for (let n = random.nextInt(4); n >= 0; n--) {
      const side = random.nextInt(2);
      const book = side === 0 ? bids : asks;
      const rank = Math.min(options.depth - 1, Math.floor(random.next() ** 4 * options.depth));
      const kind = random.nextInt(10);
      if (kind === 0) changes[side]!.push([book[rank]![0], size()]);
      change(book, side === 0 ? -1 : 1, rank, kind, size(), options.depth, changes[side]!);
    }
    yield frame(options, 'update', changes[0], changes[1], bids, asks, count);
  }
}

/** Deletes, inserts or resizes near `rank` and lists what a subscriber is told. */
function change(book: Level[], away: 1 | -1, rank: number, kind: number, size: number, depth: number, told: Level[]): void {
  const here = book[rank]!;
  const free = book[rank + 1]![0] - here[0];
  if (kind <= 2) {
    book.splice(rank, 1);
    const last = book.at(-1)!;
    book.push([last[0] + away * 3, size]);
    told.push([here[0], 0], [...book[depth - 1]!]);
  } else if (kind <= 5 && Math.abs(free) > 1) {
    book.splice(rank + 1, 0, [here[0] + away, size]);
    book.pop();
    if (rank + 1 < depth) told.push([here[0] + away, size]);
  } else {
    here[1] = size;
    told.push([here[0], size]);
  }
}

function frame(
  options: KrakenSessionOptions,
  type: 'snapshot' | 'update',
  bids: readonly Level[],
  asks: readonly Level[],
  allBids: readonly Level[],
  allAsks: readonly Level[],
  count: number,
): string {
  const timestamp = new Date(Date.UTC(2026, 8, 12) + count * 7).toISOString().replace('Z', '123Z');
  const side = (levels: readonly Level[]) => levels.map((level) => levelText(level, options)).join(',');
  const checksum = crc32([...allAsks.slice(0, 10), ...allBids.slice(0, 10)].map(([p, q]) => `${p}${q}`).join(''));
  return (
    `{"channel":"book","type":"${type}","data":[{"symbol":"${options.symbol}","bids":[${side(bids)}],"asks":[${side(asks)}],` +
    `"checksum":${checksum},"timestamp":"${timestamp}"}]}`
  );
}

function levelText([price, size]: Level, options: KrakenSessionOptions): string {
  return `{"price":${unitsText(price, options.priceDecimals)},"qty":${unitsText(size, options.sizeDecimals)}}`;
}
