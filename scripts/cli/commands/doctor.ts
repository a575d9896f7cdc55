import { EXIT } from '#shared/core/error-catalogue.ts';
import type { CommandContext } from '../command.ts';
import { type Check, checkLine, checkOf } from '../doctor/check.ts';
import { checkFolder, checkKey, checkParameters, checkRuntime } from '../doctor/machine-checks.ts';
import { checkDocuments, checkObjects, checkRelease } from '../doctor/release-checks.ts';
import type { Home } from '../home.ts';
import type { CommandResult } from '../outcome.ts';
import type { HomeOptions } from '../program/shared-options.ts';
import { readingHome } from '../using-home.ts';

const NEW_KEY = 'restore the key file, or make a new one: livepool keys generate';
const LOST_DOCUMENTS = 'restore documents.sqlite from a copy; see docs/operations/runbooks.md, R-12';

/** Looks at runtime, home, keys, parameters, stores and the published release; exit 4 when something is broken. */
export async function doctor(_context: CommandContext, options: HomeOptions): Promise<CommandResult> {
  const machine = [checkRuntime(), checkParameters(), checkFolder(options.home)];
  const environment = await checkOf('home', () => readingHome(options, checkHome), 'choose another folder with --home');
  const checks = [...machine, ...environment];
  const failed = checks.some(({ state }) => state === 'failed');
  return { exit: failed ? EXIT.conflict : EXIT.ok, json: { ok: !failed, checks }, text: checks.map(checkLine).join('\n') };
}

/** Each check stands alone: a damaged database hides neither the keys nor the objects. */
async function checkHome(home: Home): Promise<readonly Check[]> {
  const key = await checkOf('key', async () => [checkKey(home)], NEW_KEY);
  const documents = await checkOf('documents', async () => [await checkDocuments(home)], LOST_DOCUMENTS);
  const isReadable = documents.every(({ state }) => state !== 'failed');
  const release = isReadable ? await checkOf('release', () => checkRelease(home)) : [];
  const isLost = !isReadable || release.some(({ found }) => found.startsWith('REGISTRY_LOST'));
  const objects = isLost ? await checkOf('objects', () => checkObjects(home)) : [];
  return [...key, ...documents, ...release, ...objects];
}
