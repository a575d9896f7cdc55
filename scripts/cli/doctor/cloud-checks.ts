import { gcpAccessProbe } from '#shared/adapters/gcp/access-probe.ts';
import type { CallTiming } from '#shared/adapters/gcp/bounded-attempts.ts';
import { openDatabase } from '#shared/adapters/gcp/open-database.ts';
import { gcpServerTime } from '#shared/adapters/gcp/server-time.ts';
import { systemClock } from '#shared/adapters/system/clock.ts';
import { systemRandom } from '#shared/adapters/system/random.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { Check } from '#shared/health/check.ts';
import { checkClock } from '#shared/health/check-clock.ts';
import { checkRelease } from '#shared/health/check-release.ts';
import { checkRights } from '#shared/health/check-rights.ts';
import { checkRuns } from '#shared/health/check-runs.ts';
import { type CloudSettings, cloudSettings } from '../cloud-settings.ts';
import { openCloudSite } from '../cloud-site.ts';
import type { SiteOptions } from '../program/shared-options.ts';
import { checkOf } from './check.ts';

/** One look is over soon, or says that a service does not answer. */
const LIMITS = { callTimeoutMs: 10_000, budgetMs: 15_000 };

const SETTINGS_REMEDY =
  'pulumi stack output doctorSettings > .env.prod; node --env-file=.env.prod scripts/livepool.ts doctor --profile gcp';
const RIGHTS_REMEDY = 'look as sa-ops: gcloud auth application-default login --impersonate-service-account=sa-ops@…';

/** Looks at a deployed stack from outside: clock, rights, last runs, and everything that was published. Writes nothing. */
export async function checkCloud(
  options: SiteOptions,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly Check[]> {
  const settings = settingsOrChecks(options, env);
  if ('checks' in settings) return settings.checks;
  const timing: CallTiming = { clock: systemClock(), random: systemRandom(), limits: LIMITS };
  const found = await Promise.all([
    checkOf('clock', async () => [await checkClock(timing.clock, gcpServerTime({ ...timing, ...endpointOf(settings) }))]),
    checkOf('rights', () => rightsOf(settings, timing), RIGHTS_REMEDY),
    checkOf('run', () => runsOf(settings, timing), RIGHTS_REMEDY),
    checkOf('release', () => releaseOf(settings, options), RIGHTS_REMEDY),
  ]);
  return found.flat();
}

/** The settings, or one check for each thing that is wrong with them. */
function settingsOrChecks(
  options: SiteOptions,
  env: Readonly<Record<string, string | undefined>>,
): CloudSettings | { readonly checks: readonly Check[] } {
  try {
    return cloudSettings(options, 'read', env);
  } catch (error) {
    if (!(error instanceof LivepoolError) || !Array.isArray(error.details.problems)) throw error;
    const problems = error.details.problems.map(String);
    return { checks: problems.map((found) => ({ name: 'settings', state: 'failed', found, remedy: SETTINGS_REMEDY })) };
  }
}

function rightsOf(settings: CloudSettings, timing: CallTiming): Promise<readonly Check[]> {
  const { PIPELINE_PROJECT: project, PIPELINE_BUCKET: bucket } = settings;
  const signingKey = settings.PIPELINE_SIGNING_KEY?.replace(/\/cryptoKeyVersions\/\d+$/, '');
  return checkRights(gcpAccessProbe({ ...timing, ...endpointOf(settings) }), { project, bucket, signingKey });
}

async function runsOf(settings: CloudSettings, timing: CallTiming): Promise<readonly Check[]> {
  const runs = openDatabase(settings, settings.PIPELINE_DATABASE, timing);
  try {
    return await checkRuns(runs, timing.clock.nowMs());
  } finally {
    await runs.close();
  }
}

/** Pinned keys judge alone where there are any: what a stack says about its own key proves nothing. */
async function releaseOf(settings: CloudSettings, options: SiteOptions): Promise<readonly Check[]> {
  const site = await openCloudSite(settings, options);
  try {
    const { environment, clock } = site;
    return await checkRelease(site.readDeps(), { environment, nowMs: clock.nowMs(), publishWith: 'docs/how-to/deploy.md, 5' });
  } finally {
    await site.close();
  }
}

function endpointOf({ PIPELINE_STORAGE_ENDPOINT: apiEndpoint }: CloudSettings) {
  return apiEndpoint === undefined ? {} : { apiEndpoint };
}
