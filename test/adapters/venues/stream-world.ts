import { manualClock } from '#shared/adapters/memory/clock.ts';
import { repeatableRandom } from '#shared/adapters/memory/random.ts';
import { openWebSocket } from '#shared/adapters/net/web-socket.ts';
import { SocketNumbers } from '#shared/adapters/venues/socket-numbers.ts';
import { StreamConnection } from '#shared/adapters/venues/stream-connection.ts';
import type { InstrumentSpec } from '#shared/contracts/instrument-spec.ts';
import { type MarketEvent, marketEventSchema } from '#shared/contracts/market-events/market-event.ts';
import { DEFAULT_PACE } from '#shared/market/feed/book-publisher.ts';
import { HealthWindow } from '#shared/market/feed/health-window.ts';
import { HostAttempts } from '#shared/market/feed/host-attempts.ts';
import type { VenueProtocol } from '#shared/market/feed/venue-protocol.ts';
import type { FrameRecorder } from '#shared/ports/frame-recorder.ts';
import { until, type VenueServer } from './venue-server.ts';

export const START_MS = Date.UTC(2026, 8, 14, 18, 32, 0);

/** A connection to a server on loopback, with a clock that moves by hand and everything it told. */
export class StreamWorld {
  readonly clock = manualClock(START_MS);
  readonly events: MarketEvent[] = [];
  readonly logs: string[] = [];
  readonly connection: StreamConnection;
  readonly health = new HealthWindow();
  /** What the venue does every second. */
  everySecond: () => void = () => undefined;
  readonly #abort = new AbortController();
  readonly #done: Promise<void>;

  constructor(
    server: VenueServer,
    protocol: VenueProtocol,
    instruments: readonly InstrumentSpec[],
    recorder: FrameRecorder | null = null,
    socketNumbers = new SocketNumbers(),
  ) {
    const log = (event: string) => void this.logs.push(event);
    const deps = {
      clock: this.clock,
      random: repeatableRandom('stream'),
      logger: { info: log, notice: log, warn: log, error: log },
      openSocket: openWebSocket,
      fetchBook: async (path: string, signal: AbortSignal) => {
        const response = await fetch(`${server.restUrl}${path}`, { signal });
        if (response.status !== 200) throw new Error(`status ${response.status}`);
        return new Uint8Array(await response.arrayBuffer());
      },
      recorder,
      socketNumbers,
    };
    const common = { number: 1, attempts: new HostAttempts(), health: this.health, pace: DEFAULT_PACE, startDelayMs: 0 };
    this.connection = new StreamConnection(deps, { protocol, url: server.socketUrl, instruments, ...common });
    this.#done = this.connection.run((event) => this.events.push(marketEventSchema.parse(event)), this.#abort.signal);
  }

  /** Lets time pass in ticks, with room for the sockets in between. */
  async pass(ms: number, stepMs = 100): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      const second = Math.floor(this.clock.nowMs() / 1_000);
      this.clock.advance(Math.min(left, stepMs));
      if (Math.floor(this.clock.nowMs() / 1_000) > second) this.everySecond();
      await turn();
    }
  }

  /** Lets time pass until something holds. */
  async passUntil(what: string, holds: () => boolean, mostMs = 120_000): Promise<void> {
    for (let passed = 0; passed < mostMs && !holds(); passed += 100) await this.pass(100);
    await until(what, holds);
  }

  of<T extends MarketEvent['type']>(type: T): Extract<MarketEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<MarketEvent, { type: T }> => event.type === type);
  }

  /** Live or not, with the reason, in the order told. */
  states(): string[] {
    return this.of('book_state').map((event) => (event.live ? 'live' : String(event.reason)));
  }

  bookStates(): string[] {
    return this.connection.status().books.map(({ state }) => state);
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#done;
  }
}

/** A few turns of the event loop: what is on its way through loopback arrives. */
async function turn(): Promise<void> {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** A spot instrument by its canonical id. */
export function spotSpec(id: string, symbol: string, priceDecimals: number, sizeDecimals: number): InstrumentSpec {
  return {
    id,
    venue_symbol: symbol,
    kind: id.includes('.perp@') ? 'perp' : 'spot',
    settle: 'linear',
    tick: Number(`1e-${priceDecimals}`),
    lot: Number(`1e-${sizeDecimals}`),
    price_decimals: priceDecimals,
    qty_decimals: sizeDecimals,
    contract_size: 1,
    min_qty: null,
    min_notional: null,
    funding_interval_ms: null,
    status: 'trading',
    listed_at: null,
    expiry: null,
  };
}
