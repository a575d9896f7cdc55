import { LiveSimulator, type LiveSimulatorOptions } from '#shared/simulator/live-simulator.ts';
import { PAPER_ACCOUNT } from '#shared/simulator/orders/order-side.ts';
import { krakenSignature } from '#shared/simulator/venues/kraken-private/api-keys.ts';

export interface PrivateAnswer {
  readonly error: readonly string[];
  readonly result: Readonly<Record<string, unknown>>;
}

/** A simulator without sockets, and one account's signed calls. */
export class PrivateClient {
  readonly simulator: LiveSimulator;
  /** The last nonce that was used. */
  nonce: number;

  constructor(options: LiveSimulatorOptions = {}) {
    this.simulator = new LiveSimulator({ seed: 'orders', symbols: ['BTC', 'ETH'], levels: 40, ...options });
    this.nonce = this.simulator.nowMs;
  }

  /** Null when no answer came back. */
  call(method: string, fields: Readonly<Record<string, string>> = {}, sign = true): PrivateAnswer | null {
    this.nonce += 1;
    const path = `/0/private/${method}`;
    const body = new URLSearchParams({ nonce: String(this.nonce), ...fields }).toString();
    const nonce = fields.nonce ?? String(this.nonce);
    const signature = sign ? krakenSignature(PAPER_ACCOUNT.secret, path, nonce, body) : 'd3Jvbmc=';
    const headers = { 'api-key': PAPER_ACCOUNT.key, 'api-sign': signature };
    const { nowMs } = this.simulator;
    const request = { client: 'test', method: 'POST', target: `/kraken${path}`, atMs: nowMs, headers, body };
    const { answer, mode } = this.simulator.handle(request);
    return mode === 'hang' ? null : (JSON.parse(answer.body) as PrivateAnswer);
  }

  /** An order of BTC/USD: a limit order to buy 0.01 unless the fields say otherwise. */
  order(fields: Readonly<Record<string, string>>): PrivateAnswer | null {
    return this.call('AddOrder', { pair: 'XBTUSD', type: 'buy', ordertype: 'limit', volume: '0.01', ...fields });
  }

  pass(ms: number): void {
    this.simulator.advanceTo(this.simulator.nowMs + ms);
  }

  /** Best prices of BTC/USD as texts. */
  get touch(): { readonly bid: string; readonly ask: string; readonly tick: number; readonly digits: number } {
    const { book, spec } = this.simulator.market.find('kraken_spot', 'BTC/USD')!;
    const text = (units: number): string => (units / 10 ** spec.priceDigits).toFixed(spec.priceDigits);
    return { bid: text(book.bids.prices[0]!), ask: text(book.asks.prices[0]!), tick: spec.tick, digits: spec.priceDigits };
  }
}
