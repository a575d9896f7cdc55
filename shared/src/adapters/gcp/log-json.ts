import { redactField, redactText } from '../../core/redact.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LogFields, Logger } from '../../ports/logger.ts';

/** Severities of Cloud Logging that the Logger port uses. */
type Severity = 'INFO' | 'NOTICE' | 'WARNING' | 'ERROR';

export interface CloudLoggerOptions {
  readonly clock: Clock;
  /** Labels of every line: `env`, `deployable`, `version`. */
  readonly labels: Readonly<Record<string, string>>;
  /** Request the lines belong to, from its trace header. */
  readonly trace?: { readonly projectId: string; readonly traceId: string; readonly spanId?: string };
  /** Fields of every line, for example `run_key`. */
  readonly context?: LogFields;
  /** Takes one line with its `\n`. Default: standard output, where Cloud Run and Functions collect it. */
  readonly write?: (line: string) => void;
}

/** Largest line, and the most of one text in a line that would be larger (operations spec §9). */
const MAX_LINE_BYTES = 16_384;
const MAX_TEXT_CHARS = 1_000;

/** Lines of one instance per second; what is beyond is counted and told with the next line. */
const MAX_LINES_PER_SECOND = 50;

const REPORTED_ERROR = 'type.googleapis.com/google.devtools.clouderrorreporting.v1beta1.ReportedErrorEvent';

/**
 * A Logger in Cloud Logging's JSON line format (operations spec §9). Field `message` becomes the human text, otherwise the event
 * name is; an ERROR without `stack_trace` is marked for Error Reporting. Values of sensitive names never appear.
 */
export function cloudLogger(options: CloudLoggerOptions): Logger {
  const { clock, write = toStandardOutput } = options;
  const admit = lineBudget(clock);
  const log =
    (severity: Severity) =>
    (event: string, fields: LogFields = {}): void => {
      const verdict = admit();
      if (verdict === 'excess') return;
      const nowMs = clock.nowMs();
      if (verdict.dropped > 0) write(lineOf(options, nowMs, 'WARNING', 'log.dropped', { lines: verdict.dropped }));
      write(lineOf(options, nowMs, severity, event, fields));
    };
  return { info: log('INFO'), notice: log('NOTICE'), warn: log('WARNING'), error: log('ERROR') };
}

/** Decides about each line: beyond the second's budget, or to be written, with how many were dropped before it. */
function lineBudget(clock: Clock): () => 'excess' | { readonly dropped: number } {
  let second = -1;
  let lines = 0;
  let dropped = 0;
  return () => {
    const now = Math.floor(clock.nowMs() / 1_000);
    if (now !== second) [second, lines] = [now, 0];
    // One line of the budget is kept for the report about dropped ones.
    if (lines >= MAX_LINES_PER_SECOND - 1) {
      dropped += 1;
      return 'excess';
    }
    lines += 1;
    const before = dropped;
    dropped = 0;
    return { dropped: before };
  };
}

function lineOf(options: CloudLoggerOptions, nowMs: number, severity: Severity, event: string, fields: LogFields): string {
  const shown = shownFields({ ...options.context, ...fields });
  const line = `${JSON.stringify({ ...envelope(options, nowMs, severity, event, shown), ...shown })}\n`;
  if (Buffer.byteLength(line) <= MAX_LINE_BYTES) return line;
  const short = Object.fromEntries(Object.entries(shown).map(([name, value]) => [name, shortened(value)]));
  const cut = `${JSON.stringify({ ...envelope(options, nowMs, severity, event, short), ...short, truncated: true })}\n`;
  if (Buffer.byteLength(cut) <= MAX_LINE_BYTES) return cut;
  return `${JSON.stringify({ ...envelope(options, nowMs, severity, event, {}), truncated: true })}\n`;
}

/** What Cloud Logging reads itself. */
function envelope(
  { labels, trace }: CloudLoggerOptions,
  nowMs: number,
  severity: Severity,
  event: string,
  fields: LogFields,
): object {
  const needsReport = severity === 'ERROR' && fields.stack_trace === undefined;
  return {
    time: new Date(nowMs).toISOString(),
    severity,
    event,
    message: fields.message ?? event,
    ...(needsReport ? { '@type': REPORTED_ERROR } : {}),
    ...(trace === undefined ? {} : { 'logging.googleapis.com/trace': `projects/${trace.projectId}/traces/${trace.traceId}` }),
    ...(trace?.spanId === undefined ? {} : { 'logging.googleapis.com/spanId': trace.spanId }),
    'logging.googleapis.com/labels': labels,
  };
}

/** Names that a caller's field cannot take from the envelope. */
const RESERVED = /^(?:time|severity|event|@type|logging\.googleapis\.com\/.*)$/;

function shownFields(fields: LogFields): LogFields {
  const kept = Object.entries(fields).filter(([name]) => !RESERVED.test(name));
  return Object.fromEntries(kept.map(([name, value]) => [redactText(name), redactField(name, boundedText(value))]));
}

/** No longer than a whole line may be. */
function boundedText(value: LogFields[string]): string | number | boolean | null {
  return typeof value === 'string' ? value.slice(0, MAX_LINE_BYTES) : (value ?? null);
}

function shortened(value: LogFields[string]): LogFields[string] {
  if (typeof value !== 'string' || value.length <= MAX_TEXT_CHARS) return value ?? null;
  return `${value.slice(0, MAX_TEXT_CHARS).toWellFormed()}…`;
}

function toStandardOutput(line: string): void {
  process.stdout.write(line);
}
