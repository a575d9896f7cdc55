import { z } from 'zod';
import { instrumentIdText } from './instrument-spec.ts';
import { FUNCTION_SETTINGS } from './names.ts';
import { commitText, sha256Text, symbolText } from './text-forms.ts';

/** Every setting of a deployable begins like this; a key with this prefix that a deployable does not know is a mistake. */
export const SETTING_PREFIX = 'PIPELINE_';

const GOOGLE_ISSUER = 'https://accounts.google.com';
const GOOGLE_CERTS_URL = 'https://www.googleapis.com/oauth2/v1/certs';

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,254}$/, 'must be a name without spaces or slashes');

const email = z.email();

/** `https://…`, or plain `http` on this machine only. */
const url = z
  .url({ protocol: /^https?$/ })
  .refine((text) => text.startsWith('https://') || isLoopback(new URL(text).hostname), 'must be https, or on this machine')
  .refine((text) => !text.endsWith('/'), 'must not end in "/"');

const hostAndPort = z.string().regex(/^[A-Za-z0-9.-]+:\d{1,5}$/, 'must be host:port');

const seconds = (most: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,4}$/, 'must be a whole number of seconds')
    .transform(Number)
    .refine((value) => value <= most, `must be at most ${most}`);

/** Comma-separated, at least one, no blanks around. */
const listOf = <T extends z.ZodType<unknown, string>>(item: T) =>
  z
    .string()
    .min(1)
    .transform((text) => text.split(','))
    .pipe(z.array(item));

const spkiBase64 = z.base64().min(44);

/**
 * Every setting of the pipeline's deployables: one spelling, one form. A deployable's schema picks from here, so that the same name
 * means the same everywhere. Values come from the environment record as texts.
 */
export const SETTINGS = {
  /** Google Cloud project id. */
  PIPELINE_PROJECT: name,
  /** `dev`, `prod`, or any other lower-case name; part of every switch statement, so that releases cannot cross environments. */
  PIPELINE_ENVIRONMENT: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be a lower-case name'),
  /** Bucket of releases/, current/, evidence/, raw/ and staging/. */
  PIPELINE_BUCKET: name,
  /** Bucket of the cold tier; default: `PIPELINE_BUCKET`. */
  PIPELINE_COLD_BUCKET: name.optional(),
  /** Firestore database of runs. */
  PIPELINE_DATABASE: z.string().min(1).default('pipeline'),
  /** Firestore database of summary, head, registry, log and requests. */
  PIPELINE_RELEASE_DATABASE: z.string().min(1).default('(default)'),

  /** The `aud` of accepted tokens: the configured URL of this deployable, compared exactly. */
  PIPELINE_AUDIENCE: z.url(),
  /** E-mail addresses of the identities that may call this deployable. */
  PIPELINE_CALLERS: listOf(email),
  /** The `iss` of accepted tokens. */
  PIPELINE_TOKEN_ISSUER: z.url().default(GOOGLE_ISSUER),
  /** Where the issuer's certificates are: a JSON map of key id to PEM. */
  PIPELINE_TOKEN_CERTS_URL: url.default(GOOGLE_CERTS_URL),
  /** `platform` only where Cloud Run checks the invoker: it takes the signature off the tokens that it has verified. */
  PIPELINE_TOKEN_SIGNATURE: z.enum(['required', 'platform']).default('required'),

  /** Digest of the bundle that runs, as the release set names it: changes exactly when the code of this deployable does. */
  PIPELINE_BUNDLE_SHA256: sha256Text,
  /** Bucket of the bundles; says in `deployed/release.json` which commit they are of. */
  PIPELINE_SOURCE_BUCKET: name,
  /** Commit of the deployed code, 40 hex digits. */
  PIPELINE_SOURCE_REVISION: commitText,
  /** Name of a shipped parameter set, or path of a JSON file. */
  PIPELINE_PARAMS: z.string().min(1).default('core_major'),

  /** ccxt id of the venue that candles come from. */
  PIPELINE_VENUE: z.string().regex(/^[a-z0-9]+$/, 'must be a ccxt id'),
  /** Row of the venue policy. */
  PIPELINE_VENUE_PROFILE: z.enum(['us_strict', 'global']).default('us_strict'),
  /** Base URL of a sample exchange that speaks the venue's protocol; absent = the venue itself. */
  PIPELINE_VENUE_ENDPOINT: url.optional(),
  /** Only these symbols and the benchmark; absent = every one that the metadata filter keeps. */
  PIPELINE_SYMBOLS: listOf(symbolText).optional(),
  /** What the venue's quote volumes are multiplied by; absent = the parameters' factor or the stored calibration. */
  PIPELINE_VOLUME_SCALE: z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'must be a number above 0')
    .transform(Number)
    .refine((value) => value > 0, 'must be a number above 0')
    .optional(),

  /** Cloud KMS key version that signs: `projects/…/cryptoKeyVersions/N`. */
  PIPELINE_SIGNING_KEY: z
    .string()
    .regex(
      /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+\/cryptoKeyVersions\/\d+$/,
      'must name one version of a Cloud KMS key',
    ),
  /** Public keys (SPKI DER, base64) that signed earlier releases; the signing key's own is always trusted. */
  PIPELINE_TRUSTED_KEYS: listOf(spkiBase64).optional(),
  /** Who may approve: `<e-mail>=<Ed25519 public key, SPKI DER, base64>`. */
  PIPELINE_APPROVERS: listOf(
    z
      .string()
      .regex(/^[^=]+=[A-Za-z0-9+/]+=*$/, 'must be <e-mail>=<base64 SPKI public key>')
      .transform((text) => ({ email: text.slice(0, text.indexOf('=')), publicKey: text.slice(text.indexOf('=') + 1) }))
      .pipe(z.strictObject({ email, publicKey: spkiBase64 })),
  ),

  /** Days for which releases, evidence and log copies cannot be removed; needs a bucket that allows retention. Absent = not at all. */
  PIPELINE_RETENTION_DAYS: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, 'must be a whole number of days')
    .transform(Number)
    .optional(),

  /** Longest run of one request in seconds, as deployed; work stops 10 s before. */
  PIPELINE_TIMEOUT_S: seconds(3_600),

  /** `paper`: watches markets. `live`: the profile of a process that may trade; everything that needs must be named. */
  PIPELINE_MODE: z.enum(['paper', 'live']).default('paper'),
  /** Where market data comes from: the simulator, or the venues themselves. */
  PIPELINE_MARKET: z.enum(['sim', 'venues']).default('sim'),
  /** A simulator that runs already; absent = the worker runs one of its own. */
  PIPELINE_SIMULATOR_URL: url.optional(),
  /** Canonical ids of everything that is watched, `BTC-USD.spot@kraken`, and the stablecoins' dollar pairs. */
  PIPELINE_INSTRUMENTS: listOf(instrumentIdText).optional(),
  /** Region of this process, part of every envelope. */
  PIPELINE_REGION: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be a lower-case name')
    .default('local'),
  /** Folder of the worker's own documents and logs; made when it is missing. */
  PIPELINE_DATA_FOLDER: z.string().min(1).default('.livepool/worker'),
  /** Folder in which raw frames are kept; absent = nobody keeps them. */
  PIPELINE_RECORD_FOLDER: z.string().min(1).optional(),
  /** `cold`: raw frames go to the cold tier, `raw_frames`, whole hours of every connection. */
  PIPELINE_RECORD_FRAMES: z.enum(['off', 'cold']).default('off'),
  /**
   * File of the documents that `livepool signal regime` writes; default `.livepool/sample/documents.sqlite` on the simulator and
   * `.livepool/local/documents.sqlite` at venues. Not looked at where `PIPELINE_PROJECT` is named: regimes come by subscription there.
   */
  PIPELINE_REGIME_DOCUMENTS: z.string().min(1).optional(),
  /** Name of the shipped set, or path of a JSON file. */
  PIPELINE_WORKER_PARAMS: z.string().min(1).default('worker'),
  /** Name of the shipped set of the quant engine's parameters, or path of a JSON file. */
  PIPELINE_QUANT_PARAMS: z.string().min(1).default('quant'),
  /** Firestore database of the worker's state; used where `PIPELINE_PROJECT` is named. */
  PIPELINE_EXEC_DATABASE: z.string().min(1).default('exec'),
  /** Address that the worker answers probes and questions at; another one than this machine's own only inside a container. */
  PIPELINE_HTTP_HOST: z.string().min(1).default('127.0.0.1'),
  /** 0 = any free port. */
  PIPELINE_HTTP_PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a port')
    .transform(Number)
    .refine((port) => port < 65_536, 'must be a port')
    .default(8080),
  /** Memory that the process may take, as deployed. */
  PIPELINE_MEMORY_LIMIT_MB: z
    .string()
    .regex(/^[1-9]\d{1,5}$/, 'must be a whole number of megabytes')
    .transform(Number)
    .default(1024),
  /** Room of the committed ticks that the worker keeps in its data folder; above it the oldest features and told events go. */
  PIPELINE_TICKS_LIMIT_MB: z
    .string()
    .regex(/^[1-9]\d{1,5}$/, 'must be a whole number of megabytes, 10 or more')
    .transform(Number)
    .default(4096),
  /** Room of the samples and bars that the worker keeps in its data folder; above it the oldest go. */
  PIPELINE_SAMPLES_LIMIT_MB: z
    .string()
    .regex(/^[1-9]\d{1,5}$/, 'must be a whole number of megabytes, 10 or more')
    .transform(Number)
    .default(2048),
  /** File with the key that commands of operators are signed with; default `operator.key` in the data folder, made on first use. */
  PIPELINE_OPERATOR_KEY_FILE: z.string().min(1).optional(),
  /** Digest of the image that runs, `sha256:…`. */
  PIPELINE_IMAGE_DIGEST: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hex digits')
    .optional(),
  /** Secret with the keys of an exchange, with its version: `exchange-keys/7`. */
  PIPELINE_EXCHANGE_KEYS: z
    .string()
    .regex(/^[A-Za-z0-9_-]+\/[1-9]\d*$/, 'must be <secret>/<version>')
    .optional(),
  /** Typed out by whoever wants a process that may trade. */
  PIPELINE_LIVE_CONFIRM: z.literal('trade-with-real-money').optional(),
  /** First part of every metric's name. */
  METRICS_PREFIX: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,20}_$/, 'must be lower case and end in "_"')
    .default('clp_'),

  /** Stand-ins for Google's services; refused in `prod`. */
  PIPELINE_STORAGE_ENDPOINT: url.optional(),
  PIPELINE_FIRESTORE_HOST: hostAndPort.optional(),
  PIPELINE_PUBSUB_HOST: hostAndPort.optional(),
  PIPELINE_KMS_ENDPOINT: url.optional(),
} as const;

export type SettingName = keyof typeof SETTINGS;

/** Settings that can point away from Google or the venue, with the one value that `prod` allows. */
const STAND_INS: Readonly<Record<string, string | undefined>> = {
  PIPELINE_TOKEN_ISSUER: GOOGLE_ISSUER,
  PIPELINE_TOKEN_CERTS_URL: GOOGLE_CERTS_URL,
  PIPELINE_VENUE_ENDPOINT: undefined,
  PIPELINE_STORAGE_ENDPOINT: undefined,
  PIPELINE_FIRESTORE_HOST: undefined,
  PIPELINE_PUBSUB_HOST: undefined,
  PIPELINE_KMS_ENDPOINT: undefined,
  PIPELINE_SIMULATOR_URL: undefined,
  PIPELINE_MARKET: 'venues',
};

/** Settings that every function knows: what it is deployed with, and what may stand in for Google outside `prod`. */
export const COMMON_SETTINGS = [
  ...FUNCTION_SETTINGS,
  'PIPELINE_TOKEN_ISSUER',
  'PIPELINE_TOKEN_CERTS_URL',
  'PIPELINE_STORAGE_ENDPOINT',
  'PIPELINE_FIRESTORE_HOST',
  'PIPELINE_PUBSUB_HOST',
] as const satisfies readonly SettingName[];

type Shape<K extends SettingName> = { [P in K]: (typeof SETTINGS)[P] };

/** Schema of the environment of a deployable that has these settings as they are. */
export function settingsSchema<const K extends SettingName>(names: readonly K[]) {
  return environmentSchema(Object.fromEntries(names.map((key) => [key, SETTINGS[key]])) as Shape<K>);
}

/**
 * Schema of a deployable's environment: takes a whole `process.env`, looks only at keys with our prefix or in the shape, and reports
 * every missing, malformed and unknown one together. In `prod` no setting may point to a stand-in.
 */
export function environmentSchema<const S extends z.ZodRawShape>(shape: S) {
  // Also when something else is wrong: one look at the report must be enough.
  const checked = z.strictObject(shape).superRefine(refuseStandIns, { when: () => true });
  return z.preprocess((env) => ours(env, shape), checked);
}

function refuseStandIns(settings: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void {
  if (settings.PIPELINE_ENVIRONMENT !== 'prod') return;
  for (const [key, allowed] of Object.entries(STAND_INS)) {
    const value = settings[key];
    if (value === undefined || value === allowed) continue;
    context.addIssue({ code: 'custom', path: [key], message: 'must not be set in prod: it points to a stand-in' });
  }
}

function ours(env: unknown, shape: object): unknown {
  if (env === null || typeof env !== 'object') return env;
  const isOurs = (key: string): boolean => key.startsWith(SETTING_PREFIX) || Object.hasOwn(shape, key);
  return Object.fromEntries(Object.entries(env).filter(([key, value]) => isOurs(key) && value !== undefined));
}

function isLoopback(host: string): boolean {
  return host === '127.0.0.1' || host === 'localhost' || host === '[::1]';
}
