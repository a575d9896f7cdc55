import { invariant } from '../../core/errors.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import type { Stream } from './stream.ts';

/**
 * Shares symbols out over connections: as many symbols a connection as its limit of streams allows, in the given order, each with
 * all its streams. `sharedStreams` come on every connection first.
 */
export function planConnections<S>(
  symbols: readonly S[],
  streamsOf: (symbol: S) => readonly Stream[],
  sharedStreams: readonly Stream[],
  limits: ConnectionLimits,
): readonly (readonly S[])[] {
  const connections: S[][] = [];
  let room = 0;
  for (const symbol of symbols) {
    const needed = streamsOf(symbol).length;
    invariant(needed + sharedStreams.length <= limits.mostStreams, 'the streams of one symbol fit on one connection');
    if (needed > room) {
      connections.push([]);
      room = limits.mostStreams - sharedStreams.length;
    }
    connections.at(-1)!.push(symbol);
    room -= needed;
  }
  return connections;
}

/** The first of the waiting streams and what may go into one message with it: the same channel, as many as the venue takes. */
export function nextBatch(
  streams: readonly Stream[],
  waiting: readonly number[],
  { mostPerMessage, onePerMessage = [] }: ConnectionLimits,
): readonly number[] {
  const first = waiting[0];
  if (first === undefined) return [];
  const { channel } = streams[first]!;
  const most = onePerMessage.includes(channel) ? 1 : mostPerMessage;
  return waiting.filter((index) => streams[index]!.channel === channel).slice(0, most);
}
