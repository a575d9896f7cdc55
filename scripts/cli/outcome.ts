import { EXIT, type ExitCode, exitCodeFor } from '#shared/core/error-catalogue.ts';
import type { ErrorDetails, ErrorKind } from '#shared/core/errors.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { Refusal } from '#shared/core/result.ts';
import type { Terminal } from './terminal.ts';

/** What a command's action returns: the JSON form and the text form of one result. */
export interface CommandResult {
  readonly exit: ExitCode;
  /** Printed as one document under `--json`. */
  readonly json: unknown;
  /** Printed otherwise; empty when everything was printed on the way. */
  readonly text: string;
}

export function succeed(json: unknown, text: string): CommandResult {
  return { exit: EXIT.ok, json, text };
}

/** A refusal: exit code by the first reason's catalogue entry, every reason listed. */
export function refuse(refusals: readonly Refusal[]): CommandResult {
  const code = refusals[0]?.code ?? 'REFUSED';
  return {
    exit: exitCodeFor(code, 'terminal'),
    json: { ok: false, refusals },
    text: refusals.map((refusal) => `refused ${refusal.code}: ${refusal.message}${detailLines(refusal.details)}`).join('\n'),
  };
}

/** Prints a result: text results of a failed command go to stderr so that pipes stay clean. */
export function printResult(terminal: Terminal, result: CommandResult): void {
  if (terminal.json) terminal.out(JSON.stringify(result.json, null, 2));
  else if (result.text === '') return;
  else if (result.exit === EXIT.ok) terminal.out(result.text);
  else terminal.note(result.text);
}

/** Turns anything thrown into a result; unknown errors are bugs and keep their stack. */
export function failureOf(error: unknown): CommandResult {
  if (error instanceof LivepoolError) {
    return failure(error.code, error.kind, error.message, error.details);
  }
  const unexpected = error instanceof Error ? error : new Error(String(error));
  return failure('UNEXPECTED', 'bug', unexpected.message, { stack: unexpected.stack ?? '' });
}

function failure(code: string, kind: ErrorKind, message: string, details: ErrorDetails): CommandResult {
  return {
    exit: exitCodeFor(code, kind),
    json: { ok: false, error: { code, kind, message, details } },
    text: `error ${code}: ${message}${detailLines(details)}`,
  };
}

function detailLines(details: ErrorDetails | undefined): string {
  if (details === undefined) return '';
  return Object.entries(details)
    .map(([key, value]) => `\n  ${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');
}
