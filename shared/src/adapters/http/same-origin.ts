import type { IncomingMessage } from 'node:http';

/**
 * False for what a page of another site makes a browser send: its `Origin` is not the host it talks to. Programs send no origin.
 * Guards what changes something, and the stream, which a browser would otherwise open across sites.
 */
export function isSameOrigin({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return true;
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}
