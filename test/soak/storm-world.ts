import { readFileSync } from 'node:fs';
import { repeatableRandom } from '#shared/adapters/memory/random.ts';
import { openVenueFeeds, type VenueFeeds } from '#shared/adapters/venues/open-venue-feeds.ts';
import type { StreamStatus } from '#shared/adapters/venues/stream-status.ts';
import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';
import { VENUE_SECTIONS, type VenueSection } from '#shared/market/feed/feed-catalogue.ts';
import { parseVenueParams, venuePolicy } from '#shared/market/venue-policy/venue-policy.ts';
import { LIVE_SURFACES, type LiveSurface } from '#shared/simulator/live/live-instrument.ts';
import type { LiveSimulator } from '#shared/simulator/live-simulator.ts';
import { surfaceOf } from './book-claim.ts';
import type { WatchedBook } from './book-witness.ts';
import type { VenueLine } from './venue-line.ts';

const PARAMS = parseVenueParams(JSON.parse(readFileSync(new URL('../../shared/params/venues.json', import.meta.url), 'utf8')));

/** The product's feeds of every instrument that the simulator trades in the given bases, on one line. */
export class StormWorld {
  readonly feeds: VenueFeeds;
  /** What ended a feed that should have gone on. */
  readonly faults: string[] = [];
  readonly #bySurface: ReadonlyMap<LiveSurface, StreamOf>;
  readonly #abort: AbortController;
  readonly #running: Promise<unknown>;

  private constructor(feeds: VenueFeeds, abort: AbortController, sink: (event: MarketEvent) => void) {
    this.feeds = feeds;
    this.#abort = abort;
    this.#bySurface = new Map(LIVE_SURFACES.map((surface) => [surface, streamOf(feeds, surface)]));
    this.#running = Promise.all(
      feeds.feeds.map((feed) =>
        feed.run(sink, abort.signal).catch((error: unknown) => void this.faults.push(`${feed.feedId}: ${String(error)}`)),
      ),
    );
  }

  /** Opens the feeds; lists are asked for before the weather begins. */
  static async open(
    simulator: LiveSimulator,
    line: VenueLine,
    options: {
      readonly bases: readonly string[];
      readonly surfaces: readonly LiveSurface[];
      readonly sections?: readonly VenueSection[];
      readonly seed: string;
    },
    sink: (event: MarketEvent) => void,
  ): Promise<StormWorld> {
    const { sections = VENUE_SECTIONS } = options;
    const silent = { info: ignore, notice: ignore, warn: ignore, error: ignore };
    const { clock, openSocket, http } = line;
    const deps = { clock, random: repeatableRandom(`${options.seed}/clients`), logger: silent, recorder: null, openSocket, http };
    const policy = venuePolicy(PARAMS, 'us_strict', []);
    const abort = new AbortController();
    const instruments = options.bases.flatMap(idsOf).filter((id) => options.surfaces.includes(surfaceOf(id)));
    const opening = openVenueFeeds(deps, { policy, instruments, simulated: line.endpoints, sections }, abort.signal);
    let opened: VenueFeeds | null = null;
    const kept = opening.then((feeds) => {
      opened = feeds;
    });
    for (let waited = 0; opened === null && waited < 300; waited++) await clock.passUntil(simulator.nowMs + 100);
    await kept;
    return new StormWorld(opened!, abort, sink);
  }

  /** Every book, as its client shows it now. */
  books(): readonly WatchedBook[] {
    return [...this.#bySurface.values()].flatMap((stream) => stream.books());
  }

  book(surface: LiveSurface, symbol: string): WatchedBook | undefined {
    return this.#bySurface.get(surface)?.book(symbol);
  }

  statuses(): readonly StreamStatus[] {
    return this.feeds.streams.map((stream) => stream.status());
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }
}

interface StreamOf {
  books(): readonly WatchedBook[];
  book(symbol: string): WatchedBook | undefined;
}

/** Feed of a surface, and the levels a side that its books must have. */
const FEEDS: Readonly<Record<LiveSurface, { readonly feedId: string; readonly depth: number }>> = {
  kraken_spot: { feedId: 'kraken.spot', depth: 1000 },
  kraken_futures: { feedId: 'krakenfutures.perp', depth: Number.POSITIVE_INFINITY },
  gate_spot: { feedId: 'gate.spot', depth: 400 },
  gate_futures: { feedId: 'gate.perp', depth: 100 },
};

function streamOf({ streams }: VenueFeeds, surface: LiveSurface): StreamOf {
  const { feedId, depth } = FEEDS[surface];
  const own = streams.filter((stream) => stream.feedId.startsWith(`${feedId}.`));
  const books = (): readonly WatchedBook[] => own.flatMap((stream) => stream.books().map((book) => ({ ...book, depth })));
  return { books, book: (symbol) => books().find(({ venueSymbol }) => venueSymbol === symbol) };
}

function idsOf(base: string): readonly string[] {
  const derivatives = [`${base}-USD.perp@krakenfutures`, `${base}-USDT.spot@gate`, `${base}-USDT.perp@gate`];
  return [`${base}-USD.spot@kraken`, ...derivatives];
}

function ignore(): void {}
