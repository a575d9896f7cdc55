import type { BookRequest } from './venue-protocol.ts';

/** What a session asks the owner of its socket for. Streams go by their index among the session's. */
export type SessionRequest =
  | { readonly type: 'confirmed' | 'refused'; readonly stream: number; readonly reason: string }
  | { readonly type: 'resubscribe'; readonly streams: readonly number[]; readonly reason: string }
  | { readonly type: 'reconnect'; readonly reason: string }
  | {
      readonly type: 'fetch';
      readonly purpose: 'snapshot' | 'audit';
      readonly instrument: number;
      readonly request: BookRequest;
    };

export type AskOwner = (request: SessionRequest) => void;

/** Frames and what became of them, since the session began. */
export interface SessionCounters {
  frames: number;
  refused: number;
  complaints: number;
  invalidations: Record<string, number>;
}
