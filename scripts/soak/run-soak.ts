import { compareDocumentStores, compareObjectStores } from '../../test/differential/compare-stores.ts';
import { cloudStorage, firestore, LOCAL_DOCUMENT_STORES, LOCAL_OBJECT_STORES } from '../../test/differential/contestants.ts';
import { startEmulator } from '../../test/emulators/emulator-process.ts';
import { type CampaignFigures, campaignFigures } from '../../test/release/campaign/figures.ts';
import { type JobEnd, runJobs } from '../../test/release/campaign/job-pool.ts';
import { type Job, jobText } from '../../test/release/campaign/jobs.ts';
import { judgeMixes, type MixFigures } from '../../test/release/campaign/mixes.ts';
import { MUTANTS } from '../../test/release/campaign/mutants.ts';
import { caughtMutants } from '../../test/release/campaign/mutation-gate.ts';
import { soakJobs } from '../../test/release/campaign/plan.ts';
import { commitText } from './commit-text.ts';

export type SoakPart = 'crashes' | 'schedules' | 'model' | 'differential';

export interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly threads: number;
  readonly only?: SoakPart;
  /** With `seed`: one schedule, again. */
  readonly path?: string;
  readonly signal: AbortSignal;
  readonly note: (line: string) => void;
}

export interface SoakFigures extends CampaignFigures {
  /** Commit that was tried, with `-dirty` when files differed from it. */
  readonly commit: string;
  readonly seed: number;
  readonly minutes: number;
  readonly mutantsCaught: readonly string[];
  readonly mutants: number;
  readonly mixes: MixFigures;
  readonly differential: readonly DifferentialFigures[];
  /** What broke, with what is needed to see it again. */
  readonly found: readonly string[];
}

interface DifferentialFigures {
  readonly stores: readonly string[];
  commands: number;
}

/** What a soak has done so far. */
interface Progress {
  readonly ends: JobEnd[];
  readonly differential: DifferentialFigures[];
  readonly found: string[];
  mutantsCaught: readonly string[] | null;
  mixes: MixFigures;
  stopEmulator: () => Promise<void>;
}

/** A stop is given so long to end what is under way; after that the figures so far are the answer. */
const GRACE_MS = 3_000;

/** The whole campaign, or one part of it, until its time is out, it is stopped, or something is found. */
export async function freshSoak(options: SoakOptions): Promise<SoakFigures> {
  const { minutes, seed } = options;
  const begunMs = performance.now();
  const commit = commitText();
  const timeOut = AbortSignal.timeout(Math.ceil(minutes * 60_000));
  const signal = AbortSignal.any([options.signal, timeOut]);
  const progress: Progress = {
    ends: [],
    differential: [],
    found: [],
    mutantsCaught: null,
    mixes: { accepted: 0, rejected: 0 },
    stopEmulator: async () => undefined,
  };
  await Promise.race([soak(options, signal, progress), graceAfter(signal)]);
  await progress.stopEmulator();
  const isExpired = timeOut.aborted && !options.signal.aborted;
  return {
    ...campaignFigures(progress.ends),
    commit,
    seed,
    minutes: isExpired ? minutes : Math.round((performance.now() - begunMs) / 6_000) / 10,
    mutantsCaught: progress.mutantsCaught ?? [],
    mutants: progress.mutantsCaught === null ? 0 : MUTANTS.length,
    mixes: progress.mixes,
    differential: progress.differential,
    found: [...progress.found, ...progress.ends.flatMap(({ found }) => (found === null ? [] : [found]))],
  };
}

/** Mutants and mixes first, since they are quick; then jobs in threads, and the stores compared in this one. */
async function soak(options: SoakOptions, signal: AbortSignal, progress: Progress): Promise<void> {
  const { threads, only, note } = options;
  progress.mixes = await judgeMixes();
  if (isWhole(options)) {
    progress.mutantsCaught = await caughtMutants();
    note(`mutants caught: ${progress.mutantsCaught.length} of ${MUTANTS.length}`);
    if (progress.mutantsCaught.length < MUTANTS.length) progress.found.push('a mutant survives; see npm test');
  }
  const onEnd = (end: JobEnd): void => {
    progress.ends.push(end);
    note(endText(end));
  };
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  const comparing =
    isWhole(options) || only === 'differential'
      ? compareUntil(until, options, progress).catch((error: unknown) => {
          progress.found.push(error instanceof Error ? error.message : String(error));
          over.abort();
        })
      : undefined;
  if (only !== 'differential') {
    await runJobs(jobsOf(options), { threads, signal: until, onEnd });
    over.abort();
  }
  await comparing;
}

function isWhole({ only, path }: SoakOptions): boolean {
  return only === undefined && path === undefined;
}

function graceAfter(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wait = (): void => void setTimeout(resolve, GRACE_MS);
    if (signal.aborted) wait();
    else signal.addEventListener('abort', wait, { once: true });
  });
}

function* jobsOf({ seed, only, path }: SoakOptions): Generator<Job> {
  if (path !== undefined) {
    yield { kind: 'schedules', seed, runs: 1, path };
    return;
  }
  for (const job of soakJobs(seed)) if (only === undefined || only === job.kind) yield job;
}

/** Commands of one comparison: few, so that a stop is heard soon. */
const ROUND = 60;

/** All stores of this machine, and Firestore where there is its emulator, again and again. */
async function compareUntil(signal: AbortSignal, { seed, note }: SoakOptions, progress: Progress): Promise<void> {
  const server = await cloudStorage();
  const starting = startEmulator('firestore').catch((error: unknown) => {
    note(`differential without Firestore: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  });
  progress.stopEmulator = async () => (await starting)?.stop();
  const emulator = await starting;
  let projects = 0;
  const remote = emulator === null ? [] : [firestore(emulator.host, () => `soak-${process.pid}-${++projects}`)];
  const objects = [...LOCAL_OBJECT_STORES, server];
  const documents = [...LOCAL_DOCUMENT_STORES, ...remote];
  const [objectFigures, documentFigures] = [
    { stores: objects.map(({ name }) => name), commands: 0 },
    { stores: documents.map(({ name }) => name), commands: 0 },
  ];
  progress.differential.push(objectFigures, documentFigures);
  try {
    for (let round = 0; !signal.aborted; round++) {
      const options = { seed: seed + round, commands: ROUND };
      objectFigures.commands += (await compareObjectStores(objects, options)).commands;
      documentFigures.commands += (await compareDocumentStores(documents, options)).commands;
    }
  } finally {
    await server.stop();
    await progress.stopEmulator();
  }
}

function endText({ job, figures, found }: JobEnd): string {
  return `${jobText(job)}: ${found === null ? JSON.stringify(figures) : 'FOUND SOMETHING'}`;
}
