import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ROOT } from '../architecture/source-tree.ts';

/** One function under functions-framework in a process of its own, as a platform would run it. */
export interface FunctionProcess {
  readonly url: () => string;
  /** Lines of standard output and error so far, of every instance. */
  readonly lines: readonly string[];
  /** SIGKILL: no handler runs, nothing is flushed. */
  readonly kill: () => Promise<void>;
  /** A new instance, on a port of its own, after the old one was killed. */
  readonly start: () => Promise<void>;
}

const FRAMEWORK = join(ROOT, 'node_modules/@google-cloud/functions-framework/build/src/main.js');
const START_TIMEOUT_MS = 60_000;

/** Prepares a function; `start` runs it. `env` is the whole environment but PATH. */
export function functionProcess(name: string, env: Readonly<Record<string, string>>): FunctionProcess {
  const lines: string[] = [];
  let child: ChildProcess | undefined;
  let port = 0;
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return {
    url: () => `http://127.0.0.1:${port}/`,
    lines,
    kill,
    start: async () => {
      await kill();
      port = await freePort();
      const source = join(ROOT, 'functions', name, 'main.ts');
      const args = ['--import', join(ROOT, 'test/e2e/shift-clock.ts'), FRAMEWORK, `--source=${source}`, `--target=${name}`];
      child = spawn(process.execPath, [...args, `--port=${port}`], { cwd: ROOT, env: { PATH: process.env.PATH, ...env } });
      const keep = (chunk: Buffer): void =>
        void lines.push(
          ...chunk
            .toString()
            .split('\n')
            .filter((line) => line !== ''),
        );
      child.stdout?.on('data', keep);
      child.stderr?.on('data', keep);
      await answers(`http://127.0.0.1:${port}/`, child, lines);
    },
  };
}

/** Up when it refuses a stranger. */
async function answers(url: string, child: ChildProcess, lines: readonly string[]): Promise<void> {
  const giveUpMs = Date.now() + START_TIMEOUT_MS;
  while (child.exitCode === null && Date.now() < giveUpMs) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.status === 401) return;
    await wait(30);
  }
  throw new Error(`the function at ${url} does not answer:\n${lines.join('\n')}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
