/**
 * Every name that two processes must spell alike: collections, document ids, topics, object prefixes (release spec §1,
 * operations spec §2). This is their only home.
 */

/** Contract of the five artifacts and the summary document as downstream consumers know it. */
export const ARTIFACT_CONTRACT_VERSION = 'crypto_live_pool_rotation.live_pool.v1';
export const STRATEGY_PROFILE = 'crypto_live_pool_rotation';
export const ARTIFACT_NAME = 'crypto_live_pool_rotation_live_pool';
export const LEGACY_EXACT_BYTES_CONTRACT = 'qsl.crypto_live_pool_legacy_exact_bytes.v1';

/** First segment of every object of this product in the bucket. */
export const OBJECT_PREFIX = 'crypto-live-pool-pipelines';

/** What documents call the place of an object when no bucket is configured. */
export const UNSET_BUCKET = '<unset-bucket>';

export const SUMMARY_COLLECTION = 'strategy';
export const SUMMARY_DOCUMENT = 'CRYPTO_LIVE_POOL_ROTATION_LIVE_POOL';

/** Document paths of the default database; `runs` live in the pipeline database. */
export const DOCUMENT_PATHS = {
  summary: `${SUMMARY_COLLECTION}/${SUMMARY_DOCUMENT}`,
  head: `head/${SUMMARY_DOCUMENT}`,
  release: (version: string): string => `releases/${version}`,
  logEntry: (publishSeq: number): string => `log/${sequenceText(publishSeq)}`,
  run: (runKey: string): string => `runs/${runKey}`,
  /** Beside head: COMMIT marks it in its own transaction. */
  request: (runKey: string): string => `requests/${runKey}`,
  /** In the pipeline database: an approval that was used, by its nonce. */
  approval: (nonce: string): string => `approvals/${nonce}`,
  /** In the pipeline database: one snapshot a boundary, named by its instant, so that names sort like time. */
  regime: (boundary: string): string => `regime/${boundary}`,
  /** Beside them: a copy of the newest one. */
  regimeLatest: 'regime/latest',
  /** In the pipeline database: what a boundary's job has read so far, until its snapshot is announced. */
  regimeProgress: (boundary: string): string => `regime_progress/${boundary}`,
} as const;

/** In the exec database, for as long as there are pairs: no retention ends it. */
export const QUARANTINE_COLLECTION = 'quarantine';

/** Documents of the exec database: what the worker knows of itself, and what operators ask of it. */
export const WORKER_PATHS = {
  /** The newest continuity record. */
  continuity: 'worker_state/continuity',
  /** Which probes were passed, for the availability of the last day. */
  probes: 'worker_state/probes',
  /** What phase an operator has declared. */
  phase: 'worker_state/phase',
  continuityEntry: (tsMs: number): string => `continuity_log/${instantId(tsMs)}`,
  recoveryStep: (seq: number): string => `recovery_log/${sequenceText(seq)}`,
  /** A recovery by the key that its caller gave it. */
  recovery: (key: string): string => `recoveries/${key}`,
  /** The newest of a book, by source and symbol. Data platform spec §8 has it in `pipeline`, where the worker has no rights. */
  hot: (source: string, symbol: string): string => `hot/${source}_${symbol}`,
  /** A signed command that was used, by its nonce. */
  command: (nonce: string): string => `commands/${nonce}`,
  /** Whether a pair is believed. Data platform spec §8 has it in `pipeline`, where the worker has no rights (operations spec §4). */
  quarantine: (venue: string, symbol: string): string => `${QUARANTINE_COLLECTION}/${venue}_${symbol}`,
  /** The regime of a boundary as the worker heard of it. */
  regime: (boundary: string): string => `regimes/${boundary}`,
} as const;

export const WORKER_COLLECTIONS = {
  continuityLog: 'continuity_log',
  recoveryLog: 'recovery_log',
  recoveries: 'recoveries',
  commands: 'commands',
  regimes: 'regimes',
} as const;

export const COLLECTIONS = {
  summary: SUMMARY_COLLECTION,
  head: 'head',
  releases: 'releases',
  log: 'log',
  runs: 'runs',
  requests: 'requests',
  regime: 'regime',
  regimeProgress: 'regime_progress',
} as const;

/** Topics of the stage chain, in order. */
export const TOPICS = {
  collected: 'pool-collected',
  scored: 'pool-scored',
  built: 'pool-built',
  published: 'pool-published',
} as const;

/** Topics of market state: which regime to read, and alerts as they are raised and cleared (data-platform spec §3). */
export const SIGNAL_TOPICS = { regime: 'regime', alerts: 'alerts' } as const;

/** Who reads what no process consumes: dead letters, and alerts until there is a notifier. */
export const PEOPLE = 'people';

/** Topics of market data, ordered by `venue:symbol`, and of what its validation found, by table (data platform spec §3). */
export const MARKET_TOPICS = {
  book: 'md-book',
  trades: 'md-trades',
  bars: 'md-ohlcv',
  derivs: 'md-derivs',
  quality: 'data-quality',
} as const;

/** Subscriptions from which the worker's cold writer catches up on them. */
export const MARKET_SUBSCRIPTIONS = Object.values(MARKET_TOPICS).map((topic) => {
  return { topic, consumer: 'worker', subscription: subscriptionName(topic, 'worker') } as const;
});

/** Subscription from which the worker hears of regimes: it may not read the pipeline database (operations spec §4). */
export const REGIME_SUBSCRIPTION = subscriptionName(SIGNAL_TOPICS.regime, 'worker');

export type MarketTopic = (typeof MARKET_TOPICS)[keyof typeof MARKET_TOPICS];

/** Stages of the chain, in order; each announces itself on its topic and is started by the one before it. */
export const STAGES = ['collect', 'score', 'build', 'publish'] as const;

export type StageName = (typeof STAGES)[number];

/** Topic on which a stage says that it is done. */
export const STAGE_TOPICS: Readonly<Record<StageName, string>> = {
  collect: TOPICS.collected,
  score: TOPICS.scored,
  build: TOPICS.built,
  publish: TOPICS.published,
};

/** Where messages of a topic end that no subscriber could use (operations spec §2). */
export function deadLetterTopic(topic: string): string {
  return `${topic}-dlq`;
}

/** Firestore databases. Server IAM stops at the database, so what has different writers lives apart (operations spec §4). */
export const DATABASES = { release: '(default)', pipeline: 'pipeline', exec: 'exec' } as const;

/** First folders below `OBJECT_PREFIX` in the release bucket; rights are given per folder (release spec §1, operations spec §4). */
export const RELEASE_FOLDERS = [
  'releases',
  'current',
  'evidence',
  'log',
  'monthly',
  'shadow',
  'reports',
  'raw',
  'staging',
] as const;

/** Folders of the release bucket whose objects nobody may remove for a time (operations spec §4). */
export const RETAINED_FOLDERS: readonly (typeof RELEASE_FOLDERS)[number][] = ['releases', 'evidence', 'log'];

/** First folders of the cold bucket: tables, what the collector keeps beside them, and the worker's journal. */
export const COLD_FOLDERS = ['cold', 'collections', 'instruments', 'calibration', 'staging', 'journal'] as const;

/** Object of the source bucket that says what is deployed; every update writes it last. Bundles are `<function>/<digest>.zip` beside it. */
export const DEPLOYED_SET = { folder: 'deployed', object: 'deployed/release.json' } as const;

/** Scheduler jobs: the first part of a run key (operations spec §2). */
export const JOBS = {
  collectDaily: 'collect-daily',
  coldCompact: 'cold-compact',
  poolMonthly: 'pool-monthly',
  poolWatchdog: 'pool-watchdog',
  reportDaily: 'report-daily',
  reportWeekly: 'report-weekly',
  regime: 'regime-4h',
} as const;

/** Settings that every function is deployed with; `settings.ts` says what form they have, and adds those that point to stand-ins. */
export const FUNCTION_SETTINGS = [
  'PIPELINE_PROJECT',
  'PIPELINE_ENVIRONMENT',
  'PIPELINE_BUCKET',
  'PIPELINE_DATABASE',
  'PIPELINE_AUDIENCE',
  'PIPELINE_CALLERS',
  'PIPELINE_TOKEN_SIGNATURE',
  'PIPELINE_TIMEOUT_S',
  'PIPELINE_BUNDLE_SHA256',
] as const;

/** A subscription of a deployable to a topic; the dead letters of a topic have one that people read. */
export function subscriptionName(topic: string, consumer: string): string {
  return `${topic}-to-${consumer}`;
}

/** Account id of an identity (operations spec §4); its e-mail is `<id>@<project>.iam.gserviceaccount.com`. */
export function accountId(identity: string): string {
  return `sa-${identity}`;
}

/** Secrets by purpose; values are put in by people, never by the deployment. */
export const SECRETS = { exchangeKeys: 'exchange-keys', marketDataKey: 'market-data-key' } as const;

/** Cloud KMS key that signs releases and acts. */
export const SIGNING_KEY = { ring: 'livepool', key: 'release-signing' } as const;

export const RELEASE_STATEMENT_TYPE = 'application/vnd.crypto-live-pool.release.v1+json';
export const SWITCH_STATEMENT_TYPE = 'application/vnd.crypto-live-pool.switch.v1+json';

/** A time as fifteen digits of milliseconds, so that ids sort like times. */
function instantId(tsMs: number): string {
  return String(tsMs).padStart(15, '0');
}

/** A publish sequence as ten digits, so that names sort like numbers. */
export function sequenceText(publishSeq: number): string {
  return String(publishSeq).padStart(10, '0');
}

/** `<environment>:<collection>/<document>`: what a switch statement is bound to, so that it cannot be replayed elsewhere. */
export function releaseNamespace(environment: string): string {
  return `${environment}:${DOCUMENT_PATHS.summary}`;
}
