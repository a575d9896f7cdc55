import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../architecture/source-tree.ts';

const ENTRY = join(ROOT, 'scripts', 'livepool.ts');

export interface Ended {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface StartOptions {
  readonly cwd: string;
  readonly env?: Record<string, string>;
  /** Another user than the one who runs the tests, who then has to be root. */
  readonly uid?: number | undefined;
}

/** Runs the command line as a user does: a process of its own, in a folder, with an environment. */
export function livepool(args: readonly string[], options: StartOptions): Promise<Ended> {
  return ended(startLivepool(args, options));
}

/** The same, for tests that stop it half-way. */
export function startLivepool(args: readonly string[], { cwd, env = {}, uid }: StartOptions): ChildProcess {
  return spawn(process.execPath, [ENTRY, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid }),
  });
}

export function ended(child: ChildProcess): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise((resolve) => child.on('close', (exit) => resolve({ exit, stdout, stderr })));
}
