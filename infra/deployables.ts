import { JOBS, TOPICS } from '../shared/src/contracts/names.ts';

/** A function of the repository as it is deployed (operations spec §1). Adding one is a row here, and its rights in `iam/grants.ts`. */
export interface FunctionRow {
  /** Folder below `functions/`, entry point, and name in the cloud. */
  readonly name: string;
  /** Identity it runs as. */
  readonly identity: string;
  readonly memory: string;
  readonly timeoutS: number;
  readonly maxInstances: number;
  /** Topic whose messages are pushed to it. */
  readonly topic?: string;
  /** Jobs that call it. */
  readonly jobs?: readonly JobRow[];
  /** Identities that may call it. */
  readonly callers: readonly string[];
  /** Settings of its own, next to those that every function has. */
  readonly settings: readonly string[];
}

/** A clock that calls a function, UTC (operations spec §2). */
export interface JobRow {
  readonly name: string;
  readonly cron: string;
  readonly body: Readonly<Record<string, string>>;
}

/** Every function of the repository; a test compares this with the folders below `functions/`. */
export const FUNCTIONS: readonly FunctionRow[] = [
  {
    name: 'collect',
    identity: 'collect',
    memory: '1Gi',
    timeoutS: 540,
    maxInstances: 3,
    jobs: [
      { name: JOBS.poolMonthly, cron: '15 3 1 * *', body: {} },
      // With all its tries it is over an hour before the monthly run begins.
      { name: JOBS.collectDaily, cron: '30 1 * * *', body: { purpose: 'refresh' } },
    ],
    callers: ['scheduler'],
    settings: [
      'PIPELINE_COLD_BUCKET',
      'PIPELINE_RELEASE_DATABASE',
      'PIPELINE_SOURCE_BUCKET',
      'PIPELINE_VENUE',
      'PIPELINE_VENUE_PROFILE',
      'PIPELINE_VOLUME_SCALE',
    ],
  },
  {
    name: 'score',
    identity: 'score',
    memory: '1Gi',
    timeoutS: 300,
    maxInstances: 1,
    topic: TOPICS.collected,
    callers: ['push-score'],
    settings: [],
  },
  {
    name: 'build',
    identity: 'build',
    memory: '512Mi',
    timeoutS: 120,
    maxInstances: 1,
    topic: TOPICS.scored,
    callers: ['push-build'],
    settings: [],
  },
  {
    name: 'publish',
    identity: 'publish',
    memory: '512Mi',
    timeoutS: 240,
    maxInstances: 1,
    topic: TOPICS.built,
    callers: ['push-publish'],
    settings: ['PIPELINE_RELEASE_DATABASE', 'PIPELINE_RETENTION_DAYS', 'PIPELINE_SIGNING_KEY', 'PIPELINE_TRUSTED_KEYS'],
  },
  {
    name: 'rollback',
    identity: 'publish',
    memory: '512Mi',
    timeoutS: 240,
    maxInstances: 1,
    callers: ['ops'],
    settings: [
      'PIPELINE_RELEASE_DATABASE',
      'PIPELINE_RETENTION_DAYS',
      'PIPELINE_SIGNING_KEY',
      'PIPELINE_TRUSTED_KEYS',
      'PIPELINE_APPROVERS',
    ],
  },
  {
    name: 'shadow',
    identity: 'shadow',
    memory: '1Gi',
    timeoutS: 540,
    maxInstances: 1,
    topic: TOPICS.published,
    callers: ['push-shadow'],
    settings: [],
  },
  {
    name: 'report',
    identity: 'report',
    memory: '512Mi',
    timeoutS: 300,
    maxInstances: 2,
    topic: TOPICS.published,
    jobs: [
      // Two hours after the monthly run began.
      { name: JOBS.poolWatchdog, cron: '15 5 1 * *', body: { kind: 'watchdog' } },
      { name: JOBS.reportDaily, cron: '20 0 * * *', body: { kind: 'daily' } },
      { name: JOBS.reportWeekly, cron: '40 0 * * 1', body: { kind: 'weekly' } },
    ],
    callers: ['scheduler', 'push-report'],
    settings: ['PIPELINE_RELEASE_DATABASE', 'PIPELINE_TRUSTED_KEYS'],
  },
  {
    name: 'signal',
    identity: 'signal',
    memory: '1Gi',
    timeoutS: 300,
    maxInstances: 2,
    jobs: [{ name: JOBS.regime, cron: '2 */4 * * *', body: {} }],
    callers: ['scheduler'],
    settings: ['PIPELINE_VENUE', 'PIPELINE_VENUE_PROFILE'],
  },
  {
    name: 'compact',
    identity: 'compact',
    memory: '2Gi',
    timeoutS: 540,
    maxInstances: 1,
    jobs: [{ name: JOBS.coldCompact, cron: '10 1 * * *', body: {} }],
    callers: ['scheduler'],
    settings: ['PIPELINE_COLD_BUCKET'],
  },
];

/** Identities that a deployable runs as, each once. */
export const RUNTIME_IDENTITIES: readonly string[] = [...new Set(FUNCTIONS.map(({ identity }) => identity)), 'worker'];

/** Identities that push messages: one per stage, which may call exactly that stage. */
export const PUSH_IDENTITIES: readonly string[] = FUNCTIONS.filter(({ topic }) => topic !== undefined).map(
  ({ name }) => `push-${name}`,
);
