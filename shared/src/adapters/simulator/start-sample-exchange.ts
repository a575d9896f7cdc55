import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { LivepoolError } from '../../core/errors.ts';
import { createExchange, type Exchange, type ExchangeOptions } from '../../simulator/exchange.ts';
import type { Fault } from '../../simulator/faults/fault.ts';
import type { Delivery } from '../../simulator/faults/fault-answer.ts';
import { controlAnswer } from './control-requests.ts';

export interface SampleExchangeOptions extends ExchangeOptions {
  /** 0 (default) = any free port. */
  readonly port?: number;
  /** Loopback addresses only; default 127.0.0.1. */
  readonly host?: '127.0.0.1' | '::1' | 'localhost';
  /** Serves `/__sim/…` (faults, log, hash) as well; for tests and drills. Default false. */
  readonly control?: boolean;
}

/** A running sample exchange. */
export interface SampleExchange {
  /** Base url without a trailing slash, for example `http://127.0.0.1:40123`. */
  readonly url: string;
  /** `urls` option of ccxt's gate client: `new gate({ urls: exchange.gateUrls })`. */
  readonly gateUrls: {
    readonly api: { readonly public: Readonly<Record<string, string>>; readonly private: Readonly<Record<string, string>> };
  };
  /** `urls` option of ccxt's kraken client. */
  readonly krakenUrls: { readonly api: { readonly public: string; readonly private: string } };
  readonly nowMs: number;
  injectFault(fault: Fault): void;
  clearFaults(): void;
  /** SHA-256 over everything asked and answered so far. */
  eventLogHash(): string;
  eventLog(): readonly string[];
  /** Stops listening and drops every connection; resolves when the port is free. */
  close(): Promise<void>;
}

/**
 * Starts the sample exchange on a loopback port. It needs no network and no account. A client of ccxt cuts candle windows at
 * its own machine's clock: pass `{ to }` (seconds) with every Gate candle request, because this market has its own calendar.
 */
export async function startSampleExchange(options: SampleExchangeOptions = {}): Promise<SampleExchange> {
  const exchange = createExchange(options);
  const started = performance.now();
  const server = createServer((request, response) => {
    respond(exchange, options.control === true, performance.now() - started, request, response).catch((error: unknown) => {
      // A fault of ours, not a simulated one: say so instead of looking like a venue.
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { 'content-type': 'text/plain' }).end(`sample exchange: ${String(error)}`);
    });
  });
  await listen(server, options.port ?? 0, options.host ?? '127.0.0.1');
  const { port, family, address } = server.address() as AddressInfo;
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  let stopped: Promise<void> | undefined;
  return {
    url,
    gateUrls: gateUrls(`${url}/gate/api/v4`),
    krakenUrls: { api: { public: `${url}/kraken`, private: `${url}/kraken` } },
    nowMs: exchange.market.nowMs,
    injectFault: (fault) => exchange.faults.inject(fault),
    clearFaults: () => exchange.faults.clear(),
    eventLogHash: () => exchange.log.hash(),
    eventLog: () => exchange.log.lines(),
    close: () => {
      stopped ??= stop(server);
      return stopped;
    },
  };
}

async function respond(
  exchange: Exchange,
  control: boolean,
  atMs: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const target = request.url ?? '/';
  if (control && target.startsWith('/__sim/')) {
    const answer = await controlAnswer(exchange, request);
    response.writeHead(answer.status, answer.headers).end(answer.body);
    return;
  }
  const client = request.socket.remoteAddress ?? 'unknown';
  request.resume();
  await send(exchange.handle({ client, method: request.method ?? 'GET', target, atMs }), response);
}

async function send({ answer, delayMs, mode }: Delivery, response: ServerResponse): Promise<void> {
  if (mode === 'hang') return;
  if (delayMs > 0) await sleep(delayMs, undefined, { ref: false });
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
  if (mode === 'whole') {
    response.end(body);
    return;
  }
  response.write(body.subarray(0, Math.ceil(body.length / 2)), () => response.destroy());
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(portRefused(port, host, cause)));
    server.listen(port, host, resolve);
  });
}

function portRefused(port: number, host: string, cause: Error): LivepoolError {
  const message = `cannot listen on ${host}:${port}: ${cause.message}; choose another port, or 0 for any free one`;
  return new LivepoolError('SIM_PORT_REFUSED', 'terminal', message, { host, port }, cause);
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
}

/** ccxt's gate client keeps one base url per product. */
function gateUrls(base: string): SampleExchange['gateUrls'] {
  const shared = ['wallet', 'futures', 'margin', 'delivery', 'spot', 'options', 'earn'];
  const open = [...shared, 'sub_accounts'];
  const signed = [...shared, 'withdrawals', 'subAccounts', 'unified', 'rebate', 'account', 'loan', 'otc'];
  const all = (products: readonly string[]): Record<string, string> =>
    Object.fromEntries(products.map((product) => [product, base]));
  return { api: { public: all(open), private: all(signed) } };
}
