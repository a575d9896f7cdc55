/**
 * What a connection can be subscribed to. `book`, `trades`, `ticker`, `stats` and `liquidations` belong to one symbol; `heartbeat`,
 * `instruments` and the like to the whole connection.
 */
export type Channel = 'book' | 'trades' | 'ticker' | 'stats' | 'liquidations' | 'heartbeat' | 'instruments';

/** One subscription: a channel and the venue's symbol, empty for a channel of the whole connection. */
export interface Stream {
  readonly channel: Channel;
  readonly symbol: string;
}

/** Text by which two streams are compared. */
export function streamKey(stream: Stream): string {
  return `${stream.channel}:${stream.symbol}`;
}
