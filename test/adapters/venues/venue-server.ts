import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

/** One client of the server. */
export interface VenueClientSocket {
  /** Everything it sent, as text. */
  readonly received: string[];
  send(frame: string | Uint8Array): void;
  /** Cuts the connection without a close frame. */
  cut(): void;
  readonly isOpen: boolean;
}

export interface VenueServerOptions {
  /** Called for every message of a client. */
  readonly onMessage?: (client: VenueClientSocket, text: string) => void;
  /** Body of a REST answer, or a status; 404 without. */
  readonly onGet?: (path: string) => string | number;
  readonly onConnect?: (client: VenueClientSocket) => void;
}

/** A venue on loopback: a WebSocket at every path and REST answers, both written by the test. */
export class VenueServer {
  readonly clients: VenueClientSocket[] = [];
  readonly requests: string[] = [];
  /** Connections are refused while this holds. */
  isRefusing = false;
  readonly #http: Server;
  readonly #sockets: WebSocketServer;

  private constructor(options: VenueServerOptions) {
    this.#http = createServer((request, response) => {
      this.requests.push(request.url ?? '');
      const answer = options.onGet?.(request.url ?? '') ?? 404;
      response.writeHead(typeof answer === 'number' ? answer : 200);
      response.end(typeof answer === 'number' ? '' : answer);
    });
    this.#sockets = new WebSocketServer({ noServer: true });
    this.#http.on('upgrade', (request, socket, head) => {
      if (this.isRefusing) {
        socket.destroy();
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (client) => this.#accept(client, options));
    });
  }

  static async start(options: VenueServerOptions = {}): Promise<VenueServer> {
    const server = new VenueServer(options);
    server.#http.listen(0, '127.0.0.1');
    await once(server.#http, 'listening');
    return server;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  get socketUrl(): string {
    return `ws://127.0.0.1:${this.port}/ws`;
  }

  get restUrl(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get openClients(): number {
    return this.clients.filter((client) => client.isOpen).length;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, 'close');
  }

  #accept(socket: WebSocket, options: VenueServerOptions): void {
    const client: VenueClientSocket = {
      received: [],
      send: (frame) => socket.send(frame),
      cut: () => socket.terminate(),
      get isOpen() {
        return socket.readyState === WebSocket.OPEN;
      },
    };
    this.clients.push(client);
    socket.on('message', (data) => {
      const text = (data as Buffer).toString('utf8');
      client.received.push(text);
      options.onMessage?.(client, text);
    });
    socket.on('error', () => undefined);
    options.onConnect?.(client);
  }
}

/** Waits in real time, in small steps, until something holds; fails with `what` when it does not within some seconds. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 2_000; tries++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(`never: ${what}`);
}
