import { EXIT } from '#shared/core/error-catalogue.ts';
import type { Check } from '#shared/health/check.ts';
import { checkRelease } from '#shared/health/check-release.ts';
import type { CommandContext } from '../command.ts';
import { checkLine, checkOf } from '../doctor/check.ts';
import { checkFolder, checkKey, checkParameters, checkPolicy, checkRuntime } from '../doctor/machine-checks.ts';
import { checkDocuments, checkObjects } from '../doctor/release-checks.ts';
import type { Home } from '../home.ts';
import type { CommandResult } from '../outcome.ts';
import type { SiteOptions } from '../program/shared-options.ts';
import { readingHome } from '../using-home.ts';
import { localEnvironment } from '../using-site.ts';

const NEW_KEY = 'restore the key file, or make a new one: livepool keys generate';
const LOST_DOCUMENTS = 'restore documents.sqlite from a copy; see docs/operations/runbooks.md, R-12';

/** Looks at this machine and its home, or at a deployed stack from outside; exit 4 when something is broken. */
export async function doctor(_context: CommandContext, options: SiteOptions): Promise<CommandResult> {
  const checks = options.profile === 'gcp' ? await checkStack(options) : await checkMachine(options);
  const failed = checks.some(({ state }) => state === 'failed');
  return { exit: failed ? EXIT.conflict : EXIT.ok, json: { ok: !failed, checks }, text: checks.map(checkLine).join('\n') };
}

/** Runtime and parameters of this machine decide nothing there, but everything here is judged with them. */
async function checkStack(options: SiteOptions): Promise<readonly Check[]> {
  // Google's clients are loaded only where they are used.
  const { checkCloud } = await import('../doctor/cloud-checks.ts');
  return [checkRuntime(), ...(await checkCloud(options, process.env))];
}

/** Runtime, parameters, home, keys, stores and the published release. */
async function checkMachine({ home, env }: SiteOptions): Promise<readonly Check[]> {
  const policy = await checkOf('policy', async () => [checkPolicy()], 'git checkout shared/params');
  const machine = [checkRuntime(), checkParameters(), ...policy, checkFolder(home)];
  const environment = await checkOf(
    'home',
    () => readingHome({ home, env: localEnvironment(env) }, checkHome),
    'choose another folder with --home',
  );
  return [...machine, ...environment];
}

/** Each check stands alone: a damaged database hides neither the keys nor the objects. */
async function checkHome(home: Home): Promise<readonly Check[]> {
  const key = await checkOf('key', async () => [checkKey(home)], NEW_KEY);
  const documents = await checkOf('documents', async () => [await checkDocuments(home)], LOST_DOCUMENTS);
  const isReadable = documents.every(({ state }) => state !== 'failed');
  const release = isReadable ? await checkOf('release', () => checkPublished(home)) : [];
  const isLost = !isReadable || release.some(({ found }) => found.startsWith('REGISTRY_LOST'));
  const objects = isLost ? await checkOf('objects', () => checkObjects(home)) : [];
  return [...key, ...documents, ...release, ...objects];
}

function checkPublished(home: Home): Promise<readonly Check[]> {
  const { environment, clock } = home;
  return checkRelease(home.readDeps(), { environment, nowMs: clock.nowMs(), publishWith: 'livepool pool run' });
}
