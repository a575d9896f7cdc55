import type { InstrumentSpec } from '../../contracts/instrument-spec.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { EventPace } from '../../market/feed/book-publisher.ts';
import { sectionOf, VENUE_SECTIONS, type VenueSection } from '../../market/feed/feed-catalogue.ts';
import { REST_BUDGETS } from '../../market/feed/rest-budgets.ts';
import { parseInstrumentId } from '../../market/instrument-id.ts';
import type { VenuePolicy } from '../../market/venue-policy/venue-policy.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FrameRecorder } from '../../ports/frame-recorder.ts';
import type { Logger } from '../../ports/logger.ts';
import type { MarketFeed } from '../../ports/market-feed.ts';
import type { Random } from '../../ports/random.ts';
import type { HttpIo } from '../net/bounded-fetch.ts';
import { type OpenSocket, openWebSocket } from '../net/web-socket.ts';
import { healthFeed } from './health-feed.ts';
import { type FollowedList, InstrumentRefresh } from './instrument-refresh.ts';
import { type LoadedInstruments, loadInstruments } from './load-instruments.ts';
import { openStreams } from './open-streams.ts';
import { PollFeed } from './poll-feed.ts';
import { SocketNumbers } from './socket-numbers.ts';
import type { StreamConnection } from './stream-connection.ts';
import { type SimulatedEndpoints, type VenueAccess, venueAccess } from './venue-access.ts';

export interface VenueFeedsDeps {
  readonly clock: Clock;
  readonly random: Pick<Random, 'next'>;
  readonly logger: Logger;
  /** Keeps raw frames and answers; null keeps nothing. */
  readonly recorder: FrameRecorder | null;
  /** Of a process that opens feeds again and again; default one of their own. */
  readonly socketNumbers?: SocketNumbers;
  /** Default: the machine's network. */
  readonly openSocket?: OpenSocket;
  readonly http?: HttpIo;
}

export interface VenueFeedsOptions {
  readonly policy: VenuePolicy;
  /** Canonical ids, of any venues: `BTC-USD.spot@kraken`. */
  readonly instruments: readonly string[];
  /** Endpoints of a running sample exchange; null = the venues themselves. */
  readonly simulated: SimulatedEndpoints | null;
  readonly pace?: EventPace;
  /** What can be followed; default everything that is known how to read. */
  readonly sections?: readonly VenueSection[];
}

export interface VenueFeeds {
  /** Everything to run, in no order. Nothing is opened or asked before. */
  readonly feeds: readonly MarketFeed[];
  readonly streams: readonly StreamConnection[];
  readonly polls: readonly PollFeed[];
  readonly instruments: readonly InstrumentSpec[];
  /** Asked instruments that their venue does not list or does not trade now. */
  readonly missing: readonly string[];
  /** Venue sections whose list of instruments could not be read: to be tried again for these ids. */
  readonly unavailable: readonly { readonly venue: string; readonly ids: readonly string[]; readonly error: LivepoolError }[];
  readonly accesses: readonly VenueAccess[];
  /** To be run beside the feeds: tells when a venue's list says something else about instruments. */
  readonly refresh: InstrumentRefresh;
}

/**
 * Feeds of the asked instruments: streams, polls and health of every venue they belong to. The policy is asked about every venue
 * before anything is contacted. A venue that cannot be reached now costs its own instruments only. Rejects with VENUE_REFUSED, and
 * VENUE_ERROR for an id that nobody can follow.
 */
export async function openVenueFeeds(deps: VenueFeedsDeps, options: VenueFeedsOptions, signal: AbortSignal): Promise<VenueFeeds> {
  const { policy, simulated, sections = VENUE_SECTIONS } = options;
  const wanted = Map.groupBy(options.instruments, (id) => sectionOfId(id, sections));
  const accesses = new Map<string, VenueAccess>();
  const accessOf = (venue: string): VenueAccess => {
    const access = accesses.get(venue) ?? venueAccess(deps, policy, venue, simulated);
    accesses.set(venue, access);
    return access;
  };
  for (const section of wanted.keys()) accessOf(section.venue);

  const opened = await Promise.all(
    [...wanted].map(async ([section, ids]): Promise<OpenedSection> => {
      const access = accessOf(section.venue);
      const loaded = await loadOrError(access, section, ids, signal);
      return { section, access, ids, ...loaded };
    }),
  );
  const streams = opened.flatMap(({ section, access, chosen }) => sectionStreams(deps, options, section, access, chosen));
  const polls = opened.flatMap(({ section, chosen }) => sectionPolls(deps, section, chosen, (venue) => accessOf(venue).rest));
  const instruments = opened.flatMap(({ chosen }) => chosen);
  const health = [...accesses.values()].flatMap(({ venue, health: window }) => {
    const any = instruments.find((spec) => spec.id.endsWith(`@${venue}`));
    return any === undefined ? [] : [healthFeed(deps.clock, venue, any.id, window)];
  });
  return {
    feeds: [...streams, ...polls, ...health],
    streams,
    polls,
    instruments,
    missing: opened.flatMap(({ missing }) => missing),
    unavailable: opened.flatMap(({ section, ids, error }) => (error === null ? [] : [{ venue: section.venue, ids, error }])),
    accesses: [...accesses.values()],
    refresh: new InstrumentRefresh(deps, opened.flatMap(followedList)),
  };
}

/** A list that could not be read yet is its owner's to try again. */
function followedList({ section, access, ids, chosen, listed, error }: OpenedSection): readonly FollowedList[] {
  if (error !== null) return [];
  const read = (signal: AbortSignal) => loadInstruments(access, section, ids, signal);
  return [{ name: `${section.venue}.${section.kind}`, asked: ids.length, reading: { chosen, listed }, read }];
}

type Loaded = LoadedInstruments & { readonly error: LivepoolError | null };

interface OpenedSection extends Loaded {
  readonly section: VenueSection;
  readonly access: VenueAccess;
  readonly ids: readonly string[];
}

async function loadOrError(
  access: VenueAccess,
  section: VenueSection,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Loaded> {
  try {
    return { ...(await loadInstruments(access, section, ids, signal)), error: null };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof LivepoolError) || error.code === 'VENUE_REFUSED' || error.kind === 'bug') throw error;
    return { chosen: [], missing: [], listed: new Set(), error };
  }
}

function sectionOfId(id: string, sections: readonly VenueSection[]): VenueSection {
  const parts = parseInstrumentId(id);
  const section = parts === undefined ? undefined : sectionOf(parts.venue, parts.kind, sections);
  if (section !== undefined) return section;
  throw new LivepoolError(
    'VENUE_ERROR',
    'terminal',
    `${id} cannot be followed: use BASE-QUOTE.kind@venue of a venue that is read here`,
  );
}

function sectionStreams(
  deps: VenueFeedsDeps,
  { pace }: VenueFeedsOptions,
  section: VenueSection,
  access: VenueAccess,
  instruments: readonly InstrumentSpec[],
): readonly StreamConnection[] {
  if (section.protocol === null || instruments.length === 0) return [];
  const { openSocket = openWebSocket, socketNumbers = new SocketNumbers() } = deps;
  return openStreams({ ...deps, openSocket, socketNumbers }, access, section.protocol(instruments), instruments, pace);
}

function sectionPolls(
  deps: VenueFeedsDeps,
  section: VenueSection,
  instruments: readonly InstrumentSpec[],
  rest: (venue: string) => VenueAccess['rest'],
): readonly PollFeed[] {
  const tasks = section.tasks(instruments);
  if (tasks.length === 0) return [];
  const feedId = `${section.venue}.${section.kind}.polls`;
  const requestsPerSecond = REST_BUDGETS[section.venue]!.requests_per_second;
  return [new PollFeed({ ...deps, rest }, { feedId, tasks, requestsPerSecond })];
}
