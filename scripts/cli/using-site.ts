import { LivepoolError } from '#shared/core/errors.ts';
import { cloudSettings } from './cloud-settings.ts';
import type { CloudSite } from './cloud-site.ts';
import { type Environment, openHome } from './home.ts';
import type { SiteOptions } from './program/shared-options.ts';
import type { ReleaseSite } from './release-site.ts';

type Access = 'read' | 'write';

/** Opens the site of a command that acts, does the work, and closes the stores whatever happens. */
export function usingSite<T>(options: SiteOptions, work: (site: ReleaseSite) => Promise<T>): Promise<T> {
  return closing(openSite(options, 'write'), work);
}

/** The same for a command that only reads: it makes nothing, and needs no right to sign. */
export function readingSite<T>(options: SiteOptions, work: (site: ReleaseSite) => Promise<T>): Promise<T> {
  return closing(openSite(options, 'read'), work);
}

/** The same for a command that has to look at buckets by name: SETTINGS_INVALID where the site is no deployment. */
export function readingCloud<T>(options: SiteOptions, work: (site: CloudSite) => Promise<T>): Promise<T> {
  if (options.profile === 'gcp') return closing(openCloud(options, 'read'), work);
  throw new LivepoolError('SETTINGS_INVALID', 'terminal', 'an object of a bucket is read with --profile gcp only');
}

async function closing<S extends ReleaseSite, T>(opening: Promise<S>, work: (site: S) => Promise<T>): Promise<T> {
  const site = await opening;
  try {
    return await work(site);
  } finally {
    await site.close();
  }
}

async function openSite(options: SiteOptions, access: Access): Promise<ReleaseSite> {
  if (options.profile === 'gcp') return openCloud(options, access);
  refuseCloudOptions(options);
  return openHome({ home: options.home, environment: localEnvironment(options.env), access });
}

/** Loaded here, so that a command on this machine loads nothing of Google. */
async function openCloud(options: SiteOptions, access: Access): Promise<CloudSite> {
  const settings = cloudSettings(options, access, process.env);
  const { openCloudSite } = await import('./cloud-site.ts');
  return openCloudSite(settings, { home: options.home, trustedKeys: options.trustedKeys, access });
}

/** A deployment that is named without the profile must not be answered for by this machine. */
function refuseCloudOptions({ project, bucket, signingKey, trustedKeys }: SiteOptions): void {
  if ([project, bucket, signingKey, trustedKeys].every((value) => value === undefined)) return;
  const message = '--project, --bucket, --signing-key and --trusted-keys describe a deployment: add --profile gcp';
  throw new LivepoolError('USAGE', 'terminal', message);
}

/** Which environment of this machine is meant. Throws USAGE for a name that only a deployment can have. */
export function localEnvironment(name: string | undefined): Environment {
  if (name === undefined || name === 'sample') return 'sample';
  if (name === 'local') return 'local';
  const message = `this machine has no environment '${name}': --env is sample or local, or add --profile gcp`;
  throw new LivepoolError('USAGE', 'terminal', message, { env: name });
}
