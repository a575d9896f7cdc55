import type { z } from 'zod';
import { readConfig } from '#shared/contracts/read-config.ts';
import { SETTINGS, type SettingName, settingsSchema } from '#shared/contracts/settings.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { err, ok, type Result } from '#shared/core/result.ts';
import type { SiteOptions } from './program/shared-options.ts';

const PLACE = [
  'PIPELINE_PROJECT',
  'PIPELINE_ENVIRONMENT',
  'PIPELINE_BUCKET',
  'PIPELINE_DATABASE',
  'PIPELINE_RELEASE_DATABASE',
  'PIPELINE_TRUSTED_KEYS',
  'PIPELINE_STORAGE_ENDPOINT',
  'PIPELINE_FIRESTORE_HOST',
  'PIPELINE_PUBSUB_HOST',
  'PIPELINE_KMS_ENDPOINT',
] as const satisfies readonly SettingName[];

const readerSchema = settingsSchema(PLACE);
const signerSchema = settingsSchema([...PLACE, 'PIPELINE_SIGNING_KEY']);

/** Where a deployment is and whom to trust, under the names that its functions are configured with. */
export type CloudSettings = z.infer<typeof readerSchema> & { readonly PIPELINE_SIGNING_KEY?: string | undefined };

/** Option of the command line that says the same as a setting. */
const FLAGS = {
  PIPELINE_PROJECT: ['project', '--project'],
  PIPELINE_ENVIRONMENT: ['env', '--env'],
  PIPELINE_BUCKET: ['bucket', '--bucket'],
  PIPELINE_SIGNING_KEY: ['signingKey', '--signing-key'],
} as const satisfies Partial<Record<SettingName, readonly [keyof SiteOptions, string]>>;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Settings of a deployment from the options, else from the environment. An act needs the key that signs; reading needs that or a
 * pinned key. Throws SETTINGS_INVALID with every problem.
 */
export function cloudSettings(options: SiteOptions, access: 'read' | 'write', env: Environment): CloudSettings {
  const given = { ...settingsOf(env), ...settingsOf(flagsOf(options)) };
  const isSigner = access === 'write' || given.PIPELINE_SIGNING_KEY !== undefined;
  const config: Result<CloudSettings, readonly string[]> = readConfig(isSigner ? signerSchema : readerSchema, given);
  const isPinned = isSigner || given.PIPELINE_TRUSTED_KEYS !== undefined || options.trustedKeys !== undefined;
  const checked = isPinned ? config : err([...(config.ok ? [] : config.error), NO_KEY]);
  const settings = checked.ok ? ok(checked.value) : err(checked.error.map(withFlag));
  if (settings.ok) return settings.value;
  const message = `the deployment is not known well enough to work on:\n${settings.error.map((line) => `  ${line}`).join('\n')}`;
  throw new LivepoolError('SETTINGS_INVALID', 'terminal', message, { problems: [...settings.error], remedy: REMEDY });
}

const NO_KEY =
  'PIPELINE_TRUSTED_KEYS: is missing, and so is PIPELINE_SIGNING_KEY: give a folder of pinned public keys (--trusted-keys) or the signing key (--signing-key)';

const REMEDY = 'give the options, or set these variables as the functions of the deployment have them';

function flagsOf(options: SiteOptions): Environment {
  return Object.fromEntries(Object.entries(FLAGS).map(([name, [option]]) => [name, options[option]]));
}

/** What is set, without those settings of the functions that no command needs; an unknown name stays and is a mistake. */
function settingsOf(env: Environment): Environment {
  const needed: readonly string[] = [...PLACE, 'PIPELINE_SIGNING_KEY'];
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name, value]) => value !== undefined && (needed.includes(name) || !Object.hasOwn(SETTINGS, name)),
    ),
  );
}

function withFlag(line: string): string {
  const flag = Object.entries(FLAGS).find(([name]) => line.startsWith(`${name}:`))?.[1][1];
  return flag === undefined ? line : `${line} (${flag})`;
}
