/**
 * Numbers of the sockets of every connection, from 1 as long as the process lives: connections that are opened anew begin where those
 * before them ended, so that a socket's name in recordings never comes back.
 */
export class SocketNumbers {
  readonly #last = new Map<string, number>();

  /** The next number of a connection such as `kraken.spot.1`. */
  next(feedId: string): number {
    const number = (this.#last.get(feedId) ?? 0) + 1;
    this.#last.set(feedId, number);
    return number;
  }
}
