import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ReaderState, Want } from './case.ts';

/** One line on the reader's standard input. */
export interface ReaderRequest extends ReaderState {
  readonly id: string;
  /** `http://…` or an absolute folder; names are appended with a slash. */
  readonly base: string;
  readonly want: Want;
}

/** One line on the reader's standard output. */
export interface ReaderAnswer {
  readonly id: string;
  readonly verdict: string;
  readonly version?: string;
  readonly symbols?: readonly string[];
  readonly signed?: boolean;
  /** `<family>: <what>` each. */
  readonly reasons?: readonly string[];
}

/** A reader under test: any program that answers lines. */
export interface ReaderProcess {
  ask(request: ReaderRequest): Promise<ReaderAnswer>;
  close(): Promise<void>;
}

/** A reader whose input has ended gets this long to leave by itself. */
const LEAVE_MS = 2_000;

/** Starts a reader. It may take as long as `patienceMs` for one answer. */
export function readerProcess(command: readonly string[], patienceMs = 20_000): ReaderProcess {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'close').catch((error: unknown) => error);
  child.stdin.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    ask: async (request) => {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const line = await withPatience(lines.next(), patienceMs, request.id);
      if (line.done === true) throw new Error(`the reader ${file} ended, or never started, at "${request.id}"`);
      const answer = JSON.parse(line.value) as ReaderAnswer;
      if (answer.id !== request.id) throw new Error(`the reader answered "${answer.id}" to "${request.id}"`);
      return answer;
    },
    close: async () => {
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), LEAVE_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

async function withPatience<T>(promise: Promise<T>, ms: number, id: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer to "${id}" within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
