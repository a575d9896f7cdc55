import { createExchange, type ExchangeOptions } from '../../simulator/exchange.ts';
import type { Fault } from '../../simulator/faults/fault.ts';
import { type GateUrls, gateUrls, type KrakenUrls, krakenUrls } from './ccxt-urls.ts';
import { controlAnswer } from './control-requests.ts';
import { serveHttp } from './serve-http.ts';

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
  readonly gateUrls: GateUrls;
  /** `urls` option of ccxt's kraken client. */
  readonly krakenUrls: KrakenUrls;
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
  const control = options.control === true ? { control: controlAnswer.bind(undefined, exchange) } : {};
  const parts = { handle: exchange.handle.bind(exchange), ...control };
  const listening = await serveHttp(parts, options.port ?? 0, options.host ?? '127.0.0.1');
  const { url } = listening;
  return {
    url,
    gateUrls: gateUrls(url),
    krakenUrls: krakenUrls(url),
    nowMs: exchange.market.nowMs,
    injectFault: (fault) => {
      exchange.faults.inject(fault);
    },
    clearFaults: () => exchange.faults.clear(),
    eventLogHash: () => exchange.log.hash(),
    eventLog: () => exchange.log.lines(),
    close: () => listening.close(),
  };
}
