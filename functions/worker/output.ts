import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { cloudLogger } from '#shared/adapters/gcp/log-json.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { LogFields, Logger } from '#shared/ports/logger.ts';

/** Where the worker speaks. */
export interface WorkerOutput {
  readonly logger: Logger;
  /** A person looks at standard output. */
  readonly isTerminal: boolean;
  /** Newest notices, warnings and errors, oldest first, for that person. */
  readonly notes: () => readonly string[];
}

const MOST_NOTES = 5;

/**
 * Log lines go to standard output, one JSON object each; where that is a terminal with the board on it, they go to `worker.log` in
 * the data folder, and what is worth knowing is shown below the board.
 */
export function workerOutput(
  clock: Clock,
  options: { readonly labels: Readonly<Record<string, string>>; readonly dataFolder: string; readonly isTerminal: boolean },
): WorkerOutput {
  const { labels, dataFolder, isTerminal } = options;
  if (!isTerminal) return { logger: cloudLogger({ clock, labels }), isTerminal, notes: () => [] };
  const file = join(dataFolder, 'worker.log');
  const logger = cloudLogger({ clock, labels, write: (line) => appendFileSync(file, line) });
  const notes: string[] = [];
  const note = (event: string, fields: LogFields = {}): void => {
    notes.push(noteText(clock.nowMs(), event, fields));
    if (notes.length > MOST_NOTES) notes.shift();
  };
  const noted: Logger = {
    info: (event, fields) => logger.info(event, fields),
    // That it is well again is as worth knowing as that it was not.
    notice: (event, fields) => {
      note(event, fields);
      logger.notice(event, fields);
    },
    warn: (event, fields) => {
      note(event, fields);
      logger.warn(event, fields);
    },
    error: (event, fields) => {
      note(event, fields);
      logger.error(event, fields);
    },
  };
  return { logger: noted, isTerminal, notes: () => notes };
}

function noteText(nowMs: number, event: string, fields: LogFields): string {
  const facts = Object.entries(fields).filter(([name]) => name !== 'stack_trace');
  const text = facts.map(([name, value]) => `${name}=${value}`).join(' ');
  return `${new Date(nowMs).toISOString().slice(11, 19)} ${event} ${text}`.slice(0, 160);
}
