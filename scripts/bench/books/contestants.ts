import { FrameBytes } from '#shared/market/venues/create-frame-reader.ts';
import { ccxtFeed } from './ccxt-feed.ts';
import { loadSnapshot, ourFeed, publishedBy } from './ours.ts';
import type { BookSession } from './sessions.ts';
import { ShortestTimes, timeUs } from './shortest-times.ts';

/** Microseconds a frame of everybody who reads a session; `ccxtVerified` only where ccxt has a checksum to compute. */
export interface SessionTimes {
  /** From a frame's bytes, which is how a socket hands it over, to the updated and verified book. */
  readonly bytes: number;
  /** The same from a string, its conversion to bytes included. */
  readonly text: number;
  readonly json: number;
  /** ccxt.pro as it comes, from a frame's bytes: it verifies nothing. */
  readonly ccxt: number;
  /** ccxt.pro with its checksum switched on. */
  readonly ccxtVerified: number | null;
}

/** A contestant made ready for one round: what it does with a frame, and whether it did. */
interface Round {
  readonly work: (index: number) => void;
  readonly worked: () => boolean;
}

/** A short session is read more often, so that a slow moment of the machine does not cover all its rounds. */
const LEAST_ROUNDS = 9;
const LEAST_MS = 6000;
/** Frames that may be lost before the bridge of a REST snapshot. */
const MOST_LOST = 0.1;

/** Lets everybody read the session in turns, many rounds; throws when one of them did not do the work. */
export function measureSession(session: BookSession): SessionTimes {
  const bytes = timed(session, ofBytes);
  const contestants = [bytes, timed(session, ofText), timed(session, ofJson), timed(session, ofCcxt)];
  const verified = session.checksum ? timed(session, ofCcxtVerified) : null;
  const all = verified === null ? contestants : [...contestants, verified];
  const start = performance.now();
  for (let round = 0; round < LEAST_ROUNDS || performance.now() - start < LEAST_MS; round++) {
    for (const contestant of all) contestant.round();
  }
  const [fromBytes = Number.NaN, text = Number.NaN, json = Number.NaN, ccxt = Number.NaN] = contestants.map(({ us }) => us());
  return { bytes: fromBytes, text, json, ccxt, ccxtVerified: verified?.us() ?? null };
}

interface Contestant {
  readonly round: () => void;
  readonly us: () => number;
}

/** The first reading warms the code up and says how many frames make a chunk. */
function timed(session: BookSession, prepare: (session: BookSession) => Round): Contestant {
  const count = session.frames.length;
  const times = new ShortestTimes(count, timeUs(prepare(session).work, 0, count) / count);
  const round = (): void => {
    const { work, worked } = prepare(session);
    times.round(work);
    if (!worked()) throw new Error(`${prepare.name} did not process the frames of "${session.name}"`);
  };
  return { round, us: () => times.perFrameUs };
}

function ofBytes(session: BookSession): Round {
  const feed = ourFeed(session);
  loadSnapshot(feed, session);
  const frames = session.frames.map((frame) => Buffer.from(frame));
  const work = (index: number): void => {
    const frame = frames[index]!;
    feed.onFrame(frame, frame.length, 0);
  };
  return { work, worked: () => publishedBy(feed) > (1 - MOST_LOST) * frames.length };
}

function ofText(session: BookSession): Round {
  const feed = ourFeed(session);
  loadSnapshot(feed, session);
  const text = new FrameBytes();
  const work = (index: number): void => {
    const length = text.fill(session.frames[index]!);
    feed.onFrame(text.bytes, length, 0);
  };
  return { work, worked: () => publishedBy(feed) > (1 - MOST_LOST) * session.frames.length };
}

function ofJson({ frames }: BookSession): Round {
  let objects = 0;
  const work = (index: number): void => {
    objects += typeof JSON.parse(frames[index]!) === 'object' ? 1 : 0;
  };
  return { work, worked: () => objects === frames.length };
}

function ofCcxt(session: BookSession): Round {
  return ccxtRound(session, false);
}

function ofCcxtVerified(session: BookSession): Round {
  return ccxtRound(session, true);
}

/** From bytes too: its client makes a text of them, which otherwise its socket does. */
function ccxtRound(session: BookSession, verify: boolean): Round {
  const feed = ccxtFeed(session, verify);
  const frames = session.frames.map((frame) => Buffer.from(frame));
  return { work: (index) => feed.onFrame(frames[index]!), worked: () => feed.bestBid() > 0 && feed.rejected() === 0 };
}
