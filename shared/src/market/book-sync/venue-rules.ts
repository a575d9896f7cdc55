import { consecutive, followsSnapshot, type SequenceRule, spansNext, unnumbered } from './sequence-rule.ts';

/** Kraken spot v1 and v2: no numbers on the book, the checksum of every message is the proof. */
export const krakenSpotRule: SequenceRule = { ...unnumbered, remedy: 'resubscribe' };

/** Coinbase and Gemini: numbers, if any, belong to the connection (`connection-sequence.ts`). */
export const connectionNumberedRule: SequenceRule = { ...unnumbered, remedy: 'reconnect' };

/** Kraken Futures: `seq = prev + 1` per product, from the snapshot on. */
export const krakenFuturesRule: SequenceRule = {
  snapshotFrom: 'stream',
  remedy: 'resubscribe',
  bridge: followsSnapshot,
  continues: consecutive,
};

/** Gate `spot.obu`: a `full` frame replaces the book at any time, then `U = id + 1`. */
export const gateObuRule: SequenceRule = { ...krakenFuturesRule };

/** Gate `order_book_update`: REST snapshot, bridged by the first update that spans `id + 1`, then `U = prev u + 1`. */
export const gateUpdateRule: SequenceRule = {
  snapshotFrom: 'rest',
  remedy: 'fetch_snapshot',
  bridge: spansNext,
  continues: consecutive,
};

/** Binance spot: as Gate's updates. */
export const binanceSpotRule: SequenceRule = { ...gateUpdateRule };

/** MEXC spot: `fromVersion` and `toVersion` in the same roles. */
export const mexcSpotRule: SequenceRule = { ...gateUpdateRule };

/** Binance USDM and COINM: the first update spans the snapshot's id itself, then `pu = prev u`. */
export const binanceFuturesRule: SequenceRule = {
  snapshotFrom: 'rest',
  remedy: 'fetch_snapshot',
  bridge: (snapshot, { firstId, lastId }) =>
    lastId < snapshot.lastId ? 'drop' : firstId <= snapshot.lastId ? 'apply' : 'restart',
  continues: (applied, { lastId, previousId }) =>
    previousId === applied.lastId ? 'apply' : lastId <= applied.lastId ? 'ignore' : 'gap',
};
