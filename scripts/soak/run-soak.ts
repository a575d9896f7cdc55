import { execFileSync } from 'node:child_process';
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

/** The whole campaign, or one part of it, until its time is out, it is stopped, or something is found. */
export async function freshSoak(options: SoakOptions): Promise<SoakFigures> {
  const { minutes, seed, only, path, note } = options;
  const begunMs = performance.now();
  const timeOut = AbortSignal.timeout(Math.ceil(minutes * 60_000));
  const signal = AbortSignal.any([options.signal, timeOut]);
  const commit = commitText();
  const found: string[] = [];
  const isWhole = only === undefined && path === undefined;
  const mutantsCaught = isWhole ? await caughtMutants() : [];
  if (isWhole && mutantsCaught.length < MUTANTS.length) found.push(`only these mutants are caught: ${mutantsCaught.join(' ')}`);
  const mixes = await judgeMixes();
  const differential: DifferentialFigures[] = [];
  const both = await Promise.all([
    only === 'differential'
      ? []
      : runJobs(jobsOf(options), { threads: options.threads, signal, onEnd: (end) => note(endText(end)) }),
    isWhole || only === 'differential' ? compareUntil(signal, { seed, note, differential }).catch(told(found)) : undefined,
  ]);
  for (const end of both[0]) if (end.found !== null) found.push(end.found);
  const isExpired = timeOut.aborted && !options.signal.aborted;
  return {
    ...campaignFigures(both[0]),
    commit,
    seed,
    minutes: isExpired ? minutes : Math.round((performance.now() - begunMs) / 6_000) / 10,
    mutantsCaught,
    mutants: isWhole ? MUTANTS.length : 0,
    mixes,
    differential,
    found,
  };
}

function* jobsOf({ seed, only, path }: SoakOptions): Generator<Job> {
  if (path !== undefined) {
    yield { kind: 'schedules', seed, runs: 1, path };
    return;
  }
  for (const job of soakJobs(seed)) if (only === undefined || only === job.kind) yield job;
}

/** All stores of this machine, and of emulators where there are some, again and again. */
async function compareUntil(
  signal: AbortSignal,
  { seed, note, differential }: { seed: number; note: SoakOptions['note']; differential: DifferentialFigures[] },
): Promise<void> {
  const server = await cloudStorage();
  const emulator = await startEmulator('firestore').catch((error: unknown) => {
    note(`differential without Firestore: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  });
  let projects = 0;
  const remote = emulator === null ? [] : [firestore(emulator.host, () => `soak-${process.pid}-${++projects}`)];
  const objects = [...LOCAL_OBJECT_STORES, server];
  const documents = [...LOCAL_DOCUMENT_STORES, ...remote];
  const counts = [objects, documents].map((stores) => ({ stores: stores.map(({ name }) => name), commands: 0 }));
  differential.push(...counts);
  try {
    for (let round = 0; !signal.aborted; round++) {
      counts[0]!.commands += (await compareObjectStores(objects, { seed: seed + round, commands: 300 })).commands;
      counts[1]!.commands += (await compareDocumentStores(documents, { seed: seed + round, commands: 300 })).commands;
    }
  } finally {
    await server.stop();
    await emulator?.stop();
  }
}

function told(found: string[]): (error: unknown) => void {
  return (error) => void found.push(error instanceof Error ? error.message : String(error));
}

function endText({ job, figures, found }: JobEnd): string {
  return `${jobText(job)}: ${found === null ? JSON.stringify(figures) : 'FOUND SOMETHING'}`;
}

function commitText(): string {
  try {
    const git = (...args: string[]): string => execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
    return `${git('rev-parse', '--short=12', 'HEAD')}${git('status', '--porcelain') === '' ? '' : '-dirty'}`;
  } catch {
    return 'unknown';
  }
}
