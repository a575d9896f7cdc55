import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A Node process that runs a script of this test tree and reports in lines. */
export interface ScriptProcess {
  /** Lines printed so far. */
  readonly lines: readonly string[];
  /** Resolves when at least `count` lines are there; rejects when the process ends before. */
  waitForLines(count: number): Promise<void>;
  kill(): void;
  signal(name: NodeJS.Signals): void;
  /** Resolves with the exit code, or null after a signal. */
  ended(): Promise<number | null>;
}

/** Starts `script`, relative to `test/adapters/`, with these arguments. */
export function startScript(script: string, args: readonly string[]): ScriptProcess {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = collectLines(child);
  const end = once(child, 'close');
  return {
    lines,
    waitForLines: async (count) => {
      const lost = end.then(() => Promise.reject(new Error(`${script} ended after ${lines.length} lines`)));
      lost.catch(() => undefined);
      while (lines.length < count) await Promise.race([once(child.stdout!, 'data'), lost]);
    },
    kill: () => child.kill('SIGKILL'),
    signal: (name) => child.kill(name),
    ended: async () => ((await end) as [number | null])[0],
  };
}

function collectLines(child: ChildProcess): string[] {
  const lines: string[] = [];
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  return lines;
}
