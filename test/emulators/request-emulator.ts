import { inject } from 'vitest';
import type { DeskAnswer } from './emulator-desk.ts';
import type { EmulatorName } from './emulator-jar.ts';

/** An emulator for this test file, shared with other files: work in a project id of your own (`freshProject`). */
export interface RequestedEmulator {
  /** `127.0.0.1:port`; empty when there is none, then the suite must skip. */
  readonly host: string;
  readonly isAbsent: boolean;
  /** For the title of the suite: empty, or why it is skipped. */
  readonly note: string;
}

/**
 * Asks for an emulator at the top of a test file, before its suites are declared. Where `CI` is set a missing emulator is a
 * failure, elsewhere the suites skip and say why.
 */
export async function requestEmulator(name: EmulatorName): Promise<RequestedEmulator> {
  const answer = (await (await fetch(`${inject('emulatorDesk')}/${name}`)).json()) as DeskAnswer;
  if ('host' in answer) return { host: answer.host, isAbsent: false, note: '' };
  if (process.env.CI) throw new Error(`${answer.absent} (CI is set, so this is a failure)`);
  process.stderr.write(`skipped: ${answer.absent}\n`);
  return { host: '', isAbsent: true, note: ` (skipped: ${answer.absent})` };
}

let projects = 0;

/** A project id that no other test of this run uses: an empty world inside a shared emulator. */
export function freshProject(): string {
  projects += 1;
  return `test-${process.pid}-${Date.now().toString(36)}-${projects}`;
}
