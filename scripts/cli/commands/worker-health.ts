import { EXIT } from '#shared/core/error-catalogue.ts';
import type { CommandContext } from '../command.ts';
import type { CommandResult } from '../outcome.ts';

export interface WorkerHealthOptions {
  readonly url: string;
  /** Seconds. */
  readonly timeout: number;
}

/** The verdict line of a worker on standard output, whatever it says; no answer in time is a failure of the worker. */
export async function workerHealth(
  { terminal, signal }: CommandContext,
  { url, timeout }: WorkerHealthOptions,
): Promise<CommandResult> {
  const report = await reportOf(`${url}/health`, timeout, signal);
  if (!terminal.json) terminal.out(report.line);
  return { exit: report.line.startsWith('OK') ? EXIT.ok : EXIT.refused, json: report, text: '' };
}

async function reportOf(url: string, timeoutS: number, signal: AbortSignal): Promise<{ readonly line: string }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutS * 1_000)]) });
    const body = (await response.json()) as { readonly line?: unknown };
    return typeof body.line === 'string' ? { ...body, line: body.line } : { line: 'FAIL worker:no_worker' };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const isLate = error instanceof DOMException && error.name === 'TimeoutError';
    return { line: isLate ? 'FAIL worker:timeout' : 'FAIL worker:unreachable' };
  }
}
