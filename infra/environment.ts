import * as pulumi from '@pulumi/pulumi';
import { DATABASES, FUNCTION_SETTINGS } from '../shared/src/contracts/names.ts';
import { bucketName } from './buckets.ts';
import type { FunctionRow } from './deployables.ts';
import { emailOf } from './identities.ts';
import type { StackSettings } from './settings/stack-settings.ts';
import type { SigningKey } from './signing-key.ts';

/** How long nobody can remove a release (operations spec §4). */
const RETENTION_DAYS = 400;

/** Environment variables of a function. */
export type Environment = (row: FunctionRow) => Record<string, pulumi.Input<string>>;

/** Values of all settings; a function gets those that its row names. */
export function environmentOf(settings: StackSettings, signing: SigningKey): Environment {
  return (row) => {
    const values: Readonly<Record<string, pulumi.Input<string>>> = {
      ...sharedValues(settings, signing),
      ...ownValues(settings, row),
    };
    const names = [...FUNCTION_SETTINGS, ...row.settings].filter((name) => !isLeftOut(settings, name));
    return Object.fromEntries(names.map((name) => [name, valueFor(values, name, row)]));
  };
}

/** Without a factor of its own a stack takes that of the parameter set, which the function knows. */
function isLeftOut({ volumeScale }: StackSettings, name: string): boolean {
  return name === 'PIPELINE_VOLUME_SCALE' && volumeScale === undefined;
}

/** What a token for this function says in `aud`: an address that is known before the function exists. */
export function audienceOf({ project, region }: StackSettings, functionName: string): string {
  return `https://${region}-${project}.cloudfunctions.net/${functionName}`;
}

/** Lines of an env file with which `livepool doctor --profile gcp` looks at this stack. */
export function doctorSettings(settings: StackSettings, signing: SigningKey): pulumi.Output<string> {
  const all = sharedValues(settings, signing);
  const names = DOCTOR_SETTINGS.map((name) => pulumi.interpolate`${name}=${valueFor(all, name, { name: 'doctor' })}`);
  return pulumi.all(names).apply((lines) => lines.join('\n'));
}

const DOCTOR_SETTINGS = [
  'PIPELINE_PROJECT',
  'PIPELINE_ENVIRONMENT',
  'PIPELINE_BUCKET',
  'PIPELINE_DATABASE',
  'PIPELINE_RELEASE_DATABASE',
  'PIPELINE_SIGNING_KEY',
  'PIPELINE_TRUSTED_KEYS',
];

function sharedValues(settings: StackSettings, signing: SigningKey): Record<string, pulumi.Input<string>> {
  const { project } = settings;
  return {
    PIPELINE_PROJECT: project,
    PIPELINE_ENVIRONMENT: settings.environment,
    PIPELINE_BUCKET: bucketName(project, 'release'),
    PIPELINE_COLD_BUCKET: bucketName(project, 'cold'),
    PIPELINE_DATABASE: DATABASES.pipeline,
    PIPELINE_RELEASE_DATABASE: DATABASES.release,
    PIPELINE_RETENTION_DAYS: String(RETENTION_DAYS),
    PIPELINE_SOURCE_BUCKET: bucketName(project, 'source'),
    PIPELINE_VENUE: settings.venue,
    PIPELINE_VENUE_PROFILE: settings.venueProfile,
    ...(settings.volumeScale === undefined ? {} : { PIPELINE_VOLUME_SCALE: settings.volumeScale }),
    PIPELINE_SIGNING_KEY: signing.signingVersion,
    PIPELINE_TRUSTED_KEYS: signing.trustedKeys,
    PIPELINE_APPROVERS: settings.approvers,
  };
}

function ownValues(settings: StackSettings, { name, timeoutS, callers }: FunctionRow): Record<string, string> {
  return {
    PIPELINE_AUDIENCE: audienceOf(settings, name),
    PIPELINE_CALLERS: callers.map((identity) => emailOf(settings.project, identity)).join(','),
    // No binding here is public and no ingress is open (both tested), so the platform's word counts: docs/decisions/0010.
    PIPELINE_TOKEN_SIGNATURE: 'platform',
    PIPELINE_TIMEOUT_S: String(timeoutS),
    // Not the commit: a function whose code did not change must not be deployed anew.
    PIPELINE_BUNDLE_SHA256: settings.releaseSet.bundles[name]!,
  };
}

function valueFor(
  values: Readonly<Record<string, pulumi.Input<string>>>,
  name: string,
  { name: functionName }: { readonly name: string },
): pulumi.Input<string> {
  const value = values[name];
  if (value === undefined) throw new Error(`infra/environment.ts has no value for ${name}, which ${functionName} asks for`);
  return value;
}
