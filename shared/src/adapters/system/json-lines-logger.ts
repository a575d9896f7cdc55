import type { Clock } from '../../ports/clock.ts';
import type { LogFields, Logger } from '../../ports/logger.ts';

export interface JsonLinesLoggerOptions {
  readonly clock: Clock;
  /** Takes one line with its `\n`. Default: standard error, so that standard output stays the command's answer. */
  readonly write?: (line: string) => void;
}

/** A Logger of one JSON object a line: `time`, `severity` (the names of Cloud Logging), `event`, then the fields. */
export function jsonLinesLogger({ clock, write = toStandardError }: JsonLinesLoggerOptions): Logger {
  const log =
    (severity: string) =>
    (event: string, fields: LogFields = {}): void =>
      write(`${JSON.stringify({ time: new Date(clock.nowMs()).toISOString(), severity, event, ...fields })}\n`);
  return { info: log('INFO'), notice: log('NOTICE'), warn: log('WARNING'), error: log('ERROR') };
}

function toStandardError(line: string): void {
  process.stderr.write(line);
}
