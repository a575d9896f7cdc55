import { EXIT } from '#shared/core/error-catalogue.ts';
import type { CommandContext } from '../command.ts';
import type { CommandResult } from '../outcome.ts';
import { type AddressOptions, workerAddress } from '../worker-address.ts';

export interface WorkerHealthOptions extends AddressOptions {
  /** Seconds. */
  readonly timeout: number;
}

interface Report {
  /** Where it was asked. */
  readonly url: string;
  readonly line: string;
}

/** What is wrong when it is no worker that says so. */
const REMEDIES: Readonly<Record<string, string>> = {
  'FAIL worker:no_worker': 'something else answers there',
  'FAIL worker:timeout': 'it does not answer in time',
  'FAIL worker:unreachable': 'nothing answers there; is a worker running, and at this port?',
};

/**
 * The verdict line of a worker on standard output, whatever it says, and who was asked on standard error; no answer in time is a
 * failure of the worker.
 */
export async function workerHealth({ terminal, signal }: CommandContext, options: WorkerHealthOptions): Promise<CommandResult> {
  const url = workerAddress(options, process.env);
  const report = await reportOf(url, options.timeout, signal);
  const remedy = REMEDIES[report.line];
  if (!terminal.json) terminal.out(report.line);
  terminal.note(`asked ${url}${remedy === undefined ? '' : `: ${remedy}`}`);
  return { exit: report.line.startsWith('OK') ? EXIT.ok : EXIT.refused, json: report, text: '' };
}

async function reportOf(url: string, timeoutS: number, signal: AbortSignal): Promise<Report> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutS * 1_000)]) });
    const body = (await response.json()) as { readonly line?: unknown };
    return typeof body.line === 'string' ? { ...body, url, line: body.line } : { url, line: 'FAIL worker:no_worker' };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof SyntaxError) return { url, line: 'FAIL worker:no_worker' };
    const isLate = error instanceof DOMException && error.name === 'TimeoutError';
    return { url, line: isLate ? 'FAIL worker:timeout' : 'FAIL worker:unreachable' };
  }
}
