import type { BookRequest } from './venue-protocol.ts';

/** What a session asks the owner of its socket for. `stream` is an index into the session's streams. */
export type SessionRequest =
  | { readonly type: 'confirmed' | 'refused' | 'resubscribe'; readonly stream: number; readonly reason: string }
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
