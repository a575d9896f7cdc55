import { type Command, Option } from 'commander';
import {
  dayOption,
  instantOption,
  portOption,
  positiveNumberOption,
  revisionOption,
  symbolsOption,
  urlOption,
} from '../option-parsers.ts';
import { DATA_DEFAULT } from '../worker-folder.ts';

/** Where releases, candles, documents and keys of one machine live. */
export interface HomeOptions {
  readonly home: string;
  readonly env: 'sample' | 'local' | undefined;
}

/** Where releases are: an environment of this machine, or a deployment on Google Cloud (see cloud-settings.ts). */
export interface SiteOptions {
  readonly home: string;
  readonly profile: 'local' | 'gcp';
  readonly env: string | undefined;
  readonly project: string | undefined;
  readonly bucket: string | undefined;
  readonly signingKey: string | undefined;
  readonly trustedKeys: string | undefined;
}

/** A profile is only ever named on the command line, so that no variable that somebody left set makes an act one of production. */
export function withSite(command: Command): Command {
  return command
    .addOption(homeOption())
    .addOption(
      new Option('--profile <name>', 'where the releases are: on this machine, or in a deployment on Google Cloud')
        .choices(['local', 'gcp'])
        .default('local'),
    )
    .option('--env <name>', 'local: sample (default) or local; gcp: the deployment’s (default: PIPELINE_ENVIRONMENT)')
    .option('--project <id>', 'gcp: project (default: PIPELINE_PROJECT)')
    .option('--bucket <name>', 'gcp: bucket of the releases (default: PIPELINE_BUCKET)')
    .option('--signing-key <version>', 'gcp: Cloud KMS key version that signs (default: PIPELINE_SIGNING_KEY)')
    .option('--trusted-keys <dir>', 'gcp: folder of pinned public keys, *.pem, to verify with (default: PIPELINE_TRUSTED_KEYS)');
}

export function withHome(command: Command): Command {
  return command
    .addOption(homeOption())
    .addOption(
      new Option('--env <name>', 'environment inside the home (default: sample; local when --venue names a real one)').choices([
        'sample',
        'local',
      ]),
    );
}

function homeOption(): Option {
  return new Option('--home <dir>', 'folder of stores and keys').default('.livepool').env('LIVEPOOL_HOME');
}

/** From which market candles come, and under which policy. */
export interface MarketOptions {
  readonly venue: string;
  readonly profile: string;
  readonly endpoint: string | undefined;
  readonly seed: string;
}

/** The same with what is collected there. */
export interface VenueOptions extends MarketOptions {
  readonly symbols: readonly string[] | undefined;
  readonly volumeScale: number | undefined;
  readonly acceptRevisions: boolean;
}

export function withMarket(command: Command): Command {
  return command
    .option(
      '--venue <id>',
      'sim (the embedded sample exchange), gate, mexc, kraken, coinbase; binance under --profile global',
      'sim',
    )
    .option('--profile <name>', 'venue policy: us_strict or global', 'us_strict')
    .option('--endpoint <url>', 'base URL to use instead of the venue’s own (a running `livepool sim`)', urlOption)
    .option('--seed <n>', 'seed of the sample exchange', '16');
}

export function withVenue(command: Command): Command {
  return withMarket(command)
    .option('--symbols <list>', 'only these, comma-separated (default: every symbol the metadata filter keeps)', symbolsOption)
    .option(
      '--volume-scale <factor>',
      'multiplier of the volume thresholds for this venue; recorded in the manifest',
      positiveNumberOption,
    )
    .option('--accept-revisions', 'store however many values the venue corrected: a person has looked', false);
}

/** What one build is a function of. */
export interface BuildOptions {
  readonly params: string;
  readonly asOf: number | undefined;
  readonly now: number | undefined;
  readonly sourceRevision: string | undefined;
}

export function withBuild(command: Command): Command {
  return command
    .option('--params <name|file>', 'parameter set: core_major, reference, or a JSON file', 'core_major')
    .option('--as-of <date>', 'last day the build may see (default: the last finished day)', dayOption)
    .option('--now <instant>', 'logical time of the run, written as generated_at (default: the clock)', instantOption)
    .addOption(
      new Option('--source-revision <sha>', '40 hex digits of the code that runs (default: forty zeros = unknown)')
        .env('LIVEPOOL_SOURCE_REVISION')
        .argParser(revisionOption),
    );
}

/** Where a running worker answers; see worker-address.ts. */
export function withUrl(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--url <url>',
        'where the worker answers (default: PIPELINE_HTTP_HOST and PIPELINE_HTTP_PORT, or http://127.0.0.1:8080)',
      )
        .argParser(urlOption)
        .conflicts('port'),
    )
    .addOption(new Option('--port <number>', 'the same on this machine').argParser(portOption));
}

/** Who commands a running worker. */
export function withOperator(command: Command): Command {
  return command
    .option('--by <name>', 'who asks', 'operator')
    .option('--key-file <file>', `the operators’ key (default: the worker’s by its settings, else ${DATA_DEFAULT}/operator.key)`);
}
