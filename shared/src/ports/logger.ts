/** Facts of one log line: snake_case names, values that JSON can hold; never a secret. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/**
 * One line per happening, under a constant event name such as `release.published` (what happened goes into the name, which one
 * into the fields). Logging never fails and never changes what the program does.
 */
export interface Logger {
  info(event: string, fields?: LogFields): void;
  /** Normal, but rare enough to be looked for. */
  notice(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}
