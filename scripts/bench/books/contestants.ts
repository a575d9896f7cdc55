import { FrameBytes } from '#shared/market/venues/create-frame-reader.ts';
import { ccxtFeed } from './ccxt-feed.ts';
import { loadSnapshot, ourFeed, publishedBy } from './ours.ts';
import type { BookSession } from './sessions.ts';
import { ShortestTimes } from './shortest-times.ts';

/** Microseconds a frame of everybody who reads a session; `ccxtVerified` only where ccxt has a checksum to compute. */
export interface SessionTimes {
  /** From a frame's bytes, which is how a socket hands it over, to the updated and verified book. */
  readonly bytes: number;
  /** The same from a string, its conversion to bytes included. */
  readonly text: number;
  readonly json: number;
  /** ccxt.pro as it comes: it verifies nothing. */
  readonly ccxt: number;
  /** ccxt.pro with its checksum switched on. */
  readonly ccxtVerified: number | null;
}

/** A contestant made ready for one round: what it does with a frame, and whether it did. */
interface Round {
  readonly work: (index: number) => void;
  readonly worked: () => boolean;
}

const ROUNDS = 9;
/** Frames that may be lost before the bridge of a REST snapshot. */
const MOST_LOST = 0.1;

/** Lets everybody read the session in turns, many rounds; throws when one of them did not do the work. */
export function measureSession(session: BookSession): SessionTimes {
  const bytes = timed(session, ofBytes);
  const contestants = [bytes, timed(session, ofText), timed(session, ofJson), timed(session, ofCcxt)];
  const verified = session.checksum ? timed(session, ofCcxtVerified) : null;
  const all = verified === null ? contestants : [...contestants, verified];
  for (let round = 0; round < ROUNDS; round++) for (const contestant of all) contestant.round();
  const [fromBytes = Number.NaN, text = Number.NaN, json = Number.NaN, ccxt = Number.NaN] = contestants.map(({ us }) => us());
  return { bytes: fromBytes, text, json, ccxt, ccxtVerified: verified?.us() ?? null };
}

function timed(session: BookSession, prepare: (session: BookSession) => Round): { round: () => void; us: () => number } {
  const times = new ShortestTimes(session.frames.length);
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
  const feed = ccxtFeed(session, false);
  return { work: (index) => feed.onText(session.frames[index]!), worked: () => feed.bestBid() > 0 && feed.rejected() === 0 };
}

function ofCcxtVerified(session: BookSession): Round {
  const feed = ccxtFeed(session, true);
  return { work: (index) => feed.onText(session.frames[index]!), worked: () => feed.bestBid() > 0 && feed.rejected() === 0 };
}
