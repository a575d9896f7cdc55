import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { FRAMEWORK } from './package-files.ts';

/** A bundle that serves in a process of its own. */
export interface RunningBundle {
  readonly url: string;
  /** Status of the first answer, to a caller without a token. */
  readonly status: number;
  /** Wall time from the start of the process to that answer, ms. */
  readonly startMs: number;
  /** CPU time of the process until then, ms, in steps of 10; null where the system does not tell. */
  readonly cpuMs: number | null;
  /** Most memory it had until then, MB; null where the system does not tell. */
  readonly rssMb: number | null;
  readonly stop: () => Promise<void>;
}

const INSTALLED = resolve(import.meta.dirname, '..', '..', 'node_modules', FRAMEWORK);
const START_TIMEOUT_MS = 60_000;
const POLL_MS = 5;
/** Clock ticks of /proc; 100 a second on every Linux that Node runs on. */
const TICK_MS = 10;

/**
 * Starts a copy of a bundle in a folder where nothing but functions-framework is installed, as Cloud Build leaves it, under
 * exactly this environment. Fails with its output when it does not answer.
 */
export async function startBundle(name: string, folder: string, env: Readonly<Record<string, string>>): Promise<RunningBundle> {
  const place = mkdtempSync(join(tmpdir(), 'livepool-bundle-'));
  cpSync(folder, place, { recursive: true });
  mkdirSync(join(place, 'node_modules', '@google-cloud'), { recursive: true });
  symlinkSync(INSTALLED, join(place, 'node_modules', FRAMEWORK), 'junction');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const main = join(place, 'node_modules', FRAMEWORK, 'build', 'src', 'main.js');
  const output: string[] = [];
  const begunMs = performance.now();
  const args = [main, `--source=${place}`, `--target=${name}`, `--port=${port}`];
  const child = spawn(process.execPath, args, { cwd: place, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => void output.push(chunk.toString()));
  const gone = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
    rmSync(place, { recursive: true, force: true });
  };
  const status = await firstAnswer(url, () => child.exitCode === null && performance.now() - begunMs < START_TIMEOUT_MS);
  const startMs = performance.now() - begunMs;
  if (status !== undefined && child.pid !== undefined) return { url, status, startMs, ...usageOf(child.pid), stop };
  await stop();
  throw new Error(`the bundle of ${name} does not answer:\n${output.join('')}`);
}

async function firstAnswer(url: string, mayWait: () => boolean): Promise<number | undefined> {
  while (mayWait()) {
    const response = await fetch(url).catch(() => undefined);
    if (response !== undefined) return response.status;
    await wait(POLL_MS);
  }
  return undefined;
}

function usageOf(pid: number): { cpuMs: number | null; rssMb: number | null } {
  if (process.platform !== 'linux') return { cpuMs: null, rssMb: null };
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Fields after the name in brackets: the state is the 3rd of all, user and system time the 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return { cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS, rssMb: peak === null ? null : Number(peak[1]) / 1024 };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
