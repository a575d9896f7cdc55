import type { QuantTick } from '#shared/quant/engine.ts';
import type { FanOutFacts } from '#shared/streaming/market-event-fan-out.ts';
import type { WorkerIdentity } from './identity.ts';
import type { LiveBoard } from './live-board.ts';
import type { LiveView } from './live-lines.ts';
import type { LiveLine } from './live-text.ts';
import type { Observation } from './observer.ts';
import type { WatchedBook } from './watched-books.ts';

export interface LiveViewParts {
  readonly identity: WorkerIdentity;
  /** Where it answers. */
  readonly url: string;
  readonly observe: () => Observation;
  readonly books: readonly WatchedBook[];
  readonly board: LiveBoard;
  readonly tick: QuantTick | null;
  readonly fanOut: FanOutFacts;
  readonly notes: readonly string[];
}

const MEGABYTE = 1024 * 1024;

/** What a person sees of the worker at this instant. */
export function liveView(parts: LiveViewParts): LiveView {
  const { identity, url, books, board, tick, fanOut, notes } = parts;
  const { verdict, process, atMs } = parts.observe();
  const lines = books.map((book): LiveLine => ({ row: board.row(book.instrument), ...opinionOf(tick, book) }));
  const live = lines.filter(({ row }) => row.isLive).length;
  const upS = Math.floor((atMs - identity.startedMs) / 1000);
  const memory = `${Math.round(process.rssBytes / MEGABYTE)} of ${Math.round(process.memoryLimitBytes / MEGABYTE)} MB`;
  return {
    head: [
      `livepool worker  ${identity.mode}, market ${identity.market}, policy ${identity.venueProfile}  ${new Date(atMs).toISOString()}`,
      `${verdict.line}   ${url}/health`,
      `books ${live}/${books.length} live  events ${fanOut.written}  memory ${memory}  up ${upS} s`,
    ],
    lines,
    notes,
  };
}

/** What the engine thinks of the symbol of a book, at its first timeframe. */
function opinionOf(tick: QuantTick | null, { base }: WatchedBook): Pick<LiveLine, 'bias' | 'score'> {
  const index = tick?.symbols.findIndex(({ symbol }) => symbol === `${base}-USD`) ?? -1;
  if (tick === null || index < 0) return { bias: null, score: null };
  const row = index * tick.params.timeframes.length;
  const score = tick.scores.score(row);
  return { bias: tick.scores.biases[row] ?? null, score: Number.isNaN(score) ? null : score };
}
