import type { VenueFeeds } from '#shared/adapters/venues/open-venue-feeds.ts';
import type { StreamConnection } from '#shared/adapters/venues/stream-connection.ts';
import type { InstrumentSpec } from '#shared/contracts/instrument-spec.ts';
import type { InstrumentChange } from '#shared/market/instrument-changes.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { Logger } from '#shared/ports/logger.ts';
import type { MarketEventSink, MarketFeed } from '#shared/ports/market-feed.ts';
import type { Component } from '#shared/supervision/component.ts';

/** Feeds as they were opened together, and when newer ones take their place. */
export interface FeedGeneration {
  readonly feeds: VenueFeeds;
  readonly superseded: AbortSignal;
}

export interface MarketFeedsDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Opens everything that is configured. */
  readonly open: (signal: AbortSignal) => Promise<VenueFeeds>;
  readonly sink: MarketEventSink;
  /** Hears besides what came by REST. */
  readonly onPolled: MarketEventSink;
  /** Told when feeds were opened anew because instruments have other terms, or are traded again: whoever knows their terms begins anew. */
  readonly onNewTerms: (instruments: readonly string[]) => void;
  /** That of the process: what several components wait for must not end with one of them. */
  readonly lifetime: AbortSignal;
}

/** A venue whose list of instruments could not be read is asked again this often. */
const RETRY_MS = 5_000;

/**
 * The feeds of the worker and the two components that run them. Streams cannot be run twice, so a restart of `ws_manager` opens
 * all anew, and the polls follow.
 */
export class MarketFeeds {
  readonly #deps: MarketFeedsDeps;
  #current: (FeedGeneration & { readonly supersede: AbortController; isUsed: boolean }) | null = null;
  #opening: Promise<FeedGeneration> | null = null;
  #lastEventMs: { streams: number | null; polls: number | null } = { streams: null, polls: null };

  constructor(deps: MarketFeedsDeps) {
    this.#deps = deps;
  }

  /** The newest feeds, null before any were opened. */
  get current(): VenueFeeds | null {
    return this.#current?.feeds ?? null;
  }

  /** The newest feeds; waits for the first ones, asking again until at least one instrument can be followed. */
  async ready(signal: AbortSignal): Promise<FeedGeneration> {
    if (this.#current !== null) return this.#current;
    this.#opening ??= this.#opened(this.#deps.lifetime)
      .then((feeds) => this.#replace(feeds))
      .finally(() => {
        this.#opening = null;
      });
    await Promise.race([this.#opening, aborted(signal)]);
    signal.throwIfAborted();
    return this.#current ?? this.#opening;
  }

  /** Sockets and books. */
  streams(): Component {
    return {
      name: 'ws_manager',
      run: (signal) => this.#runStreams(signal),
      health: () => ({ progressMs: this.#lastEventMs.streams, measured: this.#streamFigures(), findings: [] }),
    };
  }

  /** What is asked over REST. */
  polls(): Component {
    return {
      name: 'rest_collector',
      run: (signal) => this.#runPolls(signal),
      health: () => ({ progressMs: this.#lastEventMs.polls, measured: {}, findings: [] }),
    };
  }

  /** Ends the sockets of a venue, or of all, and opens new ones. */
  reconnect(venue: string | null): void {
    for (const stream of this.#current?.feeds.streams ?? []) if (isOf(venue, stream)) stream.recover();
  }

  async #runStreams(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.#current?.isUsed === true) this.#replace(await this.#opened(signal));
      const generation = await this.ready(signal);
      if (this.#current !== null) this.#current.isUsed = true;
      const { streams } = generation.feeds;
      await runTogether(streams, this.#noting('streams'), AbortSignal.any([signal, generation.superseded]), () =>
        Promise.all([this.#retryMissing(generation, signal), this.#followLists(generation, signal)]).then(() => undefined),
      );
    }
  }

  async #runPolls(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { feeds, superseded } = await this.ready(signal);
      const others = feeds.feeds.filter((feed) => !feeds.streams.some((stream) => stream === feed));
      await runTogether(others, this.#noting('polls'), AbortSignal.any([signal, superseded]));
    }
  }

  /** Asks again for venues whose instruments could not be read; resolves when they can, which ends the generation. */
  async #retryMissing({ feeds, superseded }: FeedGeneration, signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#deps;
    const either = AbortSignal.any([signal, superseded]);
    if (feeds.unavailable.length === 0) return aborted(either);
    while (!either.aborted) {
      await clock.sleep(RETRY_MS, either).catch(() => undefined);
      if (either.aborted) return;
      const again = await this.#deps.open(either);
      if (again.unavailable.length >= feeds.unavailable.length) continue;
      logger.notice('market.venues_back', { missing_before: feeds.unavailable.length, missing_now: again.unavailable.length });
      this.#replace(again);
      return;
    }
  }

  /** Reads the venues' lists as long as the generation lives; resolves once they ask for another one, which ends it. */
  async #followLists({ feeds, superseded }: FeedGeneration, signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([signal, superseded]);
    const changed = Promise.withResolvers<readonly InstrumentChange[]>();
    const following = feeds.refresh.run((changes) => {
      // What is listed for the first time is told in the log and not followed.
      const ours = changes.filter(({ kind }) => kind !== 'new');
      if (ours.length > 0) changed.resolve(ours);
    }, either);
    const changes = await Promise.race([changed.promise, aborted(either)]);
    if (changes !== undefined) await this.#openAnew(changes, either);
    await following;
  }

  async #openAnew(changes: readonly InstrumentChange[], signal: AbortSignal): Promise<void> {
    try {
      const again = await this.#opened(signal);
      if (signal.aborted) return;
      this.#deps.logger.notice('market.instruments_changed', { instruments: changes.map(({ id }) => id).join(',') });
      this.#replace(again);
      const newTerms = changes.filter(({ kind }) => kind === 'changed' || kind === 'back').map(({ id }) => id);
      if (newTerms.length > 0) this.#deps.onNewTerms(newTerms);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #opened(signal: AbortSignal): Promise<VenueFeeds> {
    const { clock, logger } = this.#deps;
    for (;;) {
      const feeds = await this.#deps.open(signal);
      for (const id of feeds.missing) logger.warn('market.instrument_missing', { instrument: id });
      for (const { venue, error } of feeds.unavailable) logger.warn('market.venue_unavailable', { venue, code: error.code });
      if (feeds.instruments.length > 0) return feeds;
      await clock.sleep(RETRY_MS, signal);
    }
  }

  #replace(feeds: VenueFeeds): FeedGeneration {
    this.#current?.supersede.abort();
    const supersede = new AbortController();
    this.#current = { feeds, supersede, superseded: supersede.signal, isUsed: false };
    return this.#current;
  }

  #noting(of: 'streams' | 'polls'): MarketEventSink {
    const { sink, onPolled } = this.#deps;
    return (event) => {
      this.#lastEventMs[of] = event.ts_recv;
      if (of === 'polls') onPolled(event);
      // A book in digits that its venue did not list: the list has new ones.
      if (event.type === 'book_state' && event.reason === 'spec_changed') this.#current?.feeds.refresh.readSoon();
      sink(event);
    };
  }

  #streamFigures(): Readonly<Record<string, number | null>> {
    const statuses = (this.#current?.feeds.streams ?? []).map((stream) => stream.status());
    const books = statuses.flatMap((status) => status.books);
    return {
      books: books.length,
      books_live: books.filter(({ state }) => state === 'live').length,
      frames_total: statuses.reduce((sum, { counters }) => sum + counters.frames, 0),
    };
  }
}

/** Instruments of the newest feeds. */
export function instrumentsOf(feeds: VenueFeeds | null): readonly InstrumentSpec[] {
  return feeds?.instruments ?? [];
}

/** Venue of a connection: the first part of its name, `kraken.spot.1`. */
export function venueOf({ feedId }: { readonly feedId: string }): string {
  return feedId.slice(0, feedId.indexOf('.'));
}

function isOf(venue: string | null, stream: StreamConnection): boolean {
  return venue === null || venueOf(stream) === venue;
}

/** Runs feeds until the signal; when one of them fails all are ended, and the failure is passed on once they have. */
async function runTogether(
  feeds: readonly MarketFeed[],
  sink: MarketEventSink,
  signal: AbortSignal,
  beside: () => Promise<void> = () => aborted(signal),
): Promise<void> {
  const fault = new AbortController();
  const either = AbortSignal.any([signal, fault.signal]);
  const guarded = async (work: Promise<void>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      fault.abort(error);
    }
  };
  const all = Promise.all([
    ...feeds.map((feed) => guarded(feed.run(sink, either))),
    guarded(Promise.race([beside(), aborted(either)])),
  ]);
  await all;
  if (fault.signal.aborted) throw fault.signal.reason;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
