import { readFileSync } from 'node:fs';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { repeatableRandom } from '#shared/adapters/memory/random.ts';
import { type RunningSimulator, type SimulatorOptions, startSimulator } from '#shared/adapters/simulator/start-simulator.ts';
import { openVenueFeeds, type VenueFeeds } from '#shared/adapters/venues/open-venue-feeds.ts';
import { type MarketEvent, marketEventSchema } from '#shared/contracts/market-events/market-event.ts';
import { parseVenueParams, venuePolicy } from '#shared/market/venue-policy/venue-policy.ts';

const PARAMS = parseVenueParams(JSON.parse(readFileSync(new URL('../../../shared/params/venues.json', import.meta.url), 'utf8')));

/** Feeds of some instruments on the simulator, both on one virtual clock. */
export class SimulatorWorld {
  readonly events: MarketEvent[] = [];
  readonly logs: string[] = [];
  readonly clock: ReturnType<typeof manualClock>;
  readonly simulator: RunningSimulator;
  readonly startMs: number;
  readonly #abort = new AbortController();
  #feeds: VenueFeeds | undefined;
  #running: readonly Promise<void>[] = [];

  private constructor(simulator: RunningSimulator) {
    this.simulator = simulator;
    this.startMs = simulator.nowMs();
    this.clock = manualClock(simulator.nowMs());
  }

  static async start(instruments: readonly string[], options: SimulatorOptions): Promise<SimulatorWorld> {
    const world = new SimulatorWorld(await startSimulator({ ...options, clock: 'virtual' }));
    await world.#open(instruments);
    return world;
  }

  get feeds(): VenueFeeds {
    return this.#feeds!;
  }

  /** Lets time pass on both sides in small steps, with room for what is on its way. `look` is called after every step. */
  async pass(ms: number, look: () => void = () => undefined, stepMs = 100): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      this.simulator.advance(Math.min(left, stepMs));
      await turn();
      this.clock.advance(Math.min(left, stepMs));
      await turn();
      look();
    }
  }

  of<T extends MarketEvent['type']>(type: T, venue = ''): Extract<MarketEvent, { type: T }>[] {
    const isWanted = (event: MarketEvent): event is Extract<MarketEvent, { type: T }> => event.type === type;
    return this.events.filter(isWanted).filter((event) => venue === '' || event.venue === venue);
  }

  /** Instruments whose book is not live. */
  notLive(): readonly string[] {
    const books = this.feeds.streams.flatMap((stream) => stream.status().books);
    return books
      .filter(({ state }) => state !== 'live')
      .map(({ instrument, state, reason }) => `${instrument} ${state} ${reason}`);
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await Promise.all(this.#running);
    await this.simulator.close();
  }

  /** Feeds of some instruments on the simulator, for a test that runs them itself. */
  async openFeeds(instruments: readonly string[], signal: AbortSignal): Promise<VenueFeeds> {
    const log = (event: string, fields: object = {}) => void this.logs.push(`${event} ${JSON.stringify(fields)}`);
    const { restUrls, streamUrls } = this.simulator;
    const sockets = {
      'kraken.spot': streamUrls.kraken_spot,
      'krakenfutures.perp': streamUrls.kraken_futures,
      'gate.spot': streamUrls.gate_spot,
      'gate.perp': streamUrls.gate_futures,
    };
    const deps = {
      clock: this.clock,
      random: repeatableRandom('sim'),
      logger: { info: log, notice: log, warn: log, error: log },
      recorder: null,
    };
    const policy = venuePolicy(PARAMS, 'us_strict', []);
    const options = { policy, instruments, simulated: { rest: restUrls, sockets } };
    return openVenueFeeds(deps, options, signal);
  }

  async #open(instruments: readonly string[]): Promise<void> {
    this.#feeds = await this.openFeeds(instruments, this.#abort.signal);
    const sink = (event: MarketEvent) => void this.events.push(marketEventSchema.parse(event));
    this.#running = this.#feeds.feeds.map((feed) => feed.run(sink, this.#abort.signal));
  }
}

async function turn(): Promise<void> {
  for (let i = 0; i < 6; i++) await new Promise((resolve) => setImmediate(resolve));
}
