import WebSocket, { type RawData } from 'ws';

/** What becomes of a socket, called in this order: `opened` at most once, frames, `closed` exactly once. */
export interface SocketEvents {
  opened(): void;
  /** One whole message. The bytes are valid during the call only. */
  frame(bytes: Uint8Array, isBinary: boolean): void;
  /** A ping or pong of the WebSocket protocol: a sign of life. */
  control(): void;
  closed(reason: string): void;
}

export interface SocketHandle {
  send(text: string): void;
  ping(): void;
  /** Ends the socket without waiting for the other side. No event comes afterwards. */
  destroy(): void;
}

export type OpenSocket = (url: string, events: SocketEvents) => SocketHandle;

/** Largest message taken: a Coinbase snapshot has more than 25 000 levels a side (market data spec §3.2). */
const MOST_FRAME_BYTES = 32 * 1024 * 1024;
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** Sockets through `ws`: no redirects, no compression (it costs memory per socket), frames as bytes. */
export function openWebSocket(url: string, events: SocketEvents): SocketHandle {
  const socket = new WebSocket(url, {
    maxPayload: MOST_FRAME_BYTES,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    perMessageDeflate: false,
    followRedirects: false,
  });
  let isOver = false;
  let fault = '';
  socket.on('open', () => !isOver && events.opened());
  socket.on('message', (data, isBinary) => !isOver && events.frame(bytesOf(data), isBinary));
  socket.on('ping', () => !isOver && events.control());
  socket.on('pong', () => !isOver && events.control());
  // `close` always follows and ends the matter.
  socket.on('error', (error) => {
    fault = error.message;
  });
  socket.on('close', (code) => {
    if (isOver) return;
    isOver = true;
    events.closed(fault === '' ? `code ${code}` : fault);
  });
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    ping: () => {
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    },
    destroy: () => {
      isOver = true;
      socket.terminate();
    },
  };
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
