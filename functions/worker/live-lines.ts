import type { Clock } from '#shared/ports/clock.ts';
import type { Logger } from '#shared/ports/logger.ts';
import type { Component } from '#shared/supervision/component.ts';
import { type Colours, type LiveLine, liveFields, liveText } from './live-text.ts';

/** What is shown at one instant. */
export interface LiveView {
  /** Lines above the table: what runs, and how it is. */
  readonly head: readonly string[];
  readonly lines: readonly LiveLine[];
  /** Lines below it: the newest warnings. */
  readonly notes: readonly string[];
}

const DRAW_EVERY_MS = 1_000;
const LOG_EVERY_MS = 15_000;
/** The first lines come as soon as a book is live: whoever starts it wants to see that it works. */
const LOOK_EVERY_MS = 500;
/** Books of a log at most; the rest is told by `/health` and metrics (operations spec §9: 50 lines a second). */
const MOST_LOGGED = 10;

const CURSOR_HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';
const CLEAR_ALL = '\u001b[2J';

/** The board on a terminal, drawn over itself every second. */
export function drawnLines(clock: Clock, view: () => LiveView, write: (text: string) => void, colours: Colours): Component {
  return {
    name: 'live_lines',
    run: async (signal) => {
      write(CLEAR_ALL);
      while (!signal.aborted) {
        const { head, lines, notes } = view();
        const text = [...head, '', liveText(lines, clock.nowMs(), colours), '', ...notes].join('\n');
        write(`${CURSOR_HOME}${text.replaceAll('\n', `${CLEAR_LINE}\n`)}${CLEAR_LINE}\n${CLEAR_BELOW}`);
        await clock.sleep(DRAW_EVERY_MS, signal).catch(() => undefined);
      }
    },
  };
}

/** The same as log lines, where nobody watches a terminal. */
export function loggedLines(clock: Clock, logger: Logger, view: () => LiveView): Component {
  return {
    name: 'live_lines',
    run: async (signal) => {
      let loggedMs: number | null = null;
      for (; !signal.aborted; await clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined)) {
        const nowMs = clock.nowMs();
        const { lines } = view();
        const isDue = loggedMs === null ? showsPrices(lines) : nowMs - loggedMs >= LOG_EVERY_MS;
        if (!isDue) continue;
        loggedMs = nowMs;
        for (const line of lines.slice(0, MOST_LOGGED)) logger.info('market.line', liveFields(line, nowMs));
      }
    },
  };
}

/** At least one book is live, and none of the live ones is still without a price. */
function showsPrices(lines: readonly LiveLine[]): boolean {
  return lines.some(({ row }) => row.isLive) && lines.every(({ row }) => !row.isLive || row.bid !== null);
}
