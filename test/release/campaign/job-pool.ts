import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Job, JobFigures } from './jobs.ts';

/** What a job ended with: figures, or what broke. */
export interface JobEnd {
  readonly job: Job;
  readonly figures: JobFigures | null;
  readonly found: string | null;
}

export interface PoolOptions {
  /** Default: as many as there are cores. */
  readonly threads?: number;
  /** Stops at once; jobs under way are dropped. */
  readonly signal?: AbortSignal;
  readonly onEnd?: (end: JobEnd) => void;
}

/** Carries out jobs in worker threads as they come; ends when they are out, when one finds something, or when stopped. */
export async function runJobs(
  jobs: Iterable<Job>,
  { threads = availableParallelism(), signal, onEnd }: PoolOptions = {},
): Promise<JobEnd[]> {
  const queue = jobs[Symbol.iterator]();
  const ends: JobEnd[] = [];
  const isOver = (): boolean => signal?.aborted === true || ends.some(({ found }) => found !== null);
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('./job-worker.ts', import.meta.url));
    const stop = (): void => void worker.terminate();
    signal?.addEventListener('abort', stop);
    try {
      for (let next = queue.next(); next.done !== true && !isOver(); next = queue.next()) {
        const end = await answerOf(worker, next.value);
        if (end === null) return;
        ends.push(end);
        onEnd?.(end);
      }
    } finally {
      signal?.removeEventListener('abort', stop);
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: threads }, work));
  return ends;
}

/** Null when the thread was stopped under way. */
function answerOf(worker: Worker, job: Job): Promise<JobEnd | null> {
  return new Promise((resolve, reject) => {
    const onMessage = ({ figures = null, found = null }: Partial<JobEnd>): void => settle({ job, figures, found });
    const onExit = (): void => settle(null);
    const settle = (end: JobEnd | null): void => {
      worker.off('message', onMessage).off('exit', onExit).off('error', reject);
      resolve(end);
    };
    worker.on('message', onMessage).on('exit', onExit).on('error', reject);
    worker.postMessage(job);
  });
}
