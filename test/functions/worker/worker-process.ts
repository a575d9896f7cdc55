import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import shipped from '#params/worker.json' with { type: 'json' };
import { ROOT } from '../../architecture/source-tree.ts';

/** Windows of the parameters, shortened so that a person can watch them pass. */
const SHORT = {
  ...shipped,
  supervision: { ...shipped.supervision, backoff_base_ms: 3_000 },
  health: { ...shipped.health, every_ms: 200, book_not_live_ms: 600, no_book_ms: 1_800 },
  continuity: { ...shipped.continuity, every_ms: 2_000, probe_every_ms: 1_000 },
};

const GIVE_UP_MS = 60_000;

const MAIN = join(ROOT, 'functions', 'worker', 'main.ts');

/** The worker as a person starts it: one process with its own simulator, and a folder of its own. */
export class WorkerProcess {
  readonly folder = mkdtempSync(join(tmpdir(), 'livepool-worker-'));
  readonly #lines: string[] = [];
  #child: ChildProcess | undefined;
  url = '';

  /** Starts the sources, or a bundle of them. */
  async start(env: Readonly<Record<string, string>>, main = MAIN): Promise<void> {
    const params = join(this.folder, 'params.json');
    writeFileSync(params, JSON.stringify(SHORT));
    const settings = { PIPELINE_DATA_FOLDER: this.folder, PIPELINE_WORKER_PARAMS: params, PIPELINE_HTTP_PORT: '0', ...env };
    const child = spawn(process.execPath, [main], { cwd: this.folder, env: { PATH: process.env.PATH, ...settings } });
    this.#child = child;
    let rest = '';
    const keep = (chunk: Buffer): void => {
      const parts = (rest + chunk.toString()).split('\n');
      rest = parts.pop() ?? '';
      this.#lines.push(...parts);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', (chunk: Buffer) => void this.#lines.push(chunk.toString()));
    const started = await this.until('it listens', () => this.events('worker.started')[0]);
    this.url = String(started.url);
  }

  /** Log lines of an event, oldest first. */
  events(event: string): readonly Readonly<Record<string, unknown>>[] {
    const needle = `"event":"${event}"`;
    return this.#lines.filter((line) => line.includes(needle)).map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Every verdict so far, oldest first. */
  get verdicts(): readonly string[] {
    return this.events('health.changed').map(({ line }) => String(line));
  }

  async get(path: string): Promise<{ readonly status: number; readonly text: string }> {
    const response = await fetch(this.url + path);
    return { status: response.status, text: await response.text() };
  }

  async json(path: string): Promise<Readonly<Record<string, unknown>>> {
    return JSON.parse((await this.get(path)).text) as Record<string, unknown>;
  }

  /** What `look` finds, as soon as it finds something. */
  async until<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
    for (const endMs = Date.now() + GIVE_UP_MS; Date.now() < endMs; await wait(50)) {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      if (this.#child?.exitCode !== null) break;
    }
    throw new Error(`${what} did not happen:\n${this.#lines.slice(-40).join('\n')}`);
  }

  /** Sends a signal and gives the exit code. */
  async stop(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child!;
    const gone = once(child, 'exit') as Promise<[number | null]>;
    child.kill(signal);
    return (await gone)[0];
  }

  async dispose(): Promise<void> {
    if (this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null) await this.stop('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
