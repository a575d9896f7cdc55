/** What the owner of the sockets has to do; `streams` are indices into the plan's streams. */
export type ConnectionCommand =
  | { readonly type: 'open'; readonly socket: number }
  | { readonly type: 'close'; readonly socket: number; readonly reason: string }
  | { readonly type: 'subscribe' | 'unsubscribe'; readonly socket: number; readonly streams: readonly number[] }
  | { readonly type: 'ping'; readonly socket: number }
  /** The socket has been silent for long enough to distrust its books. */
  | { readonly type: 'stale'; readonly socket: number }
  /** From now on the data of this socket counts. Also sent for a first socket. */
  | { readonly type: 'promote'; readonly socket: number };
