import type { Refusal } from '#shared/core/result.ts';
import type { Check } from '#shared/health/check.ts';
import { R02 } from '#shared/health/check-release.ts';
import { readHead } from '#shared/release/head.ts';
import { verifyStored } from '#shared/release/verify-version.ts';
import type { Home } from '../home.ts';
import { validationFor } from '../judge-release.ts';

/** Whether the documents can be read at all. Throws STORE_CORRUPT and the like. */
export async function checkDocuments({ documents }: Home): Promise<Check> {
  const { publish_seq: seq } = await readHead(documents);
  return { name: 'documents', state: 'ok', found: seq === 0 ? 'no act yet' : `head at act ${seq}` };
}

/** Every release below `releases/`, judged from its objects and signature alone: all that can be said without the documents. */
export async function checkObjects(home: Home): Promise<readonly Check[]> {
  const versions = await storedVersions(home);
  const validation = validationFor(home.clock.nowMs(), 'strict');
  const broken: Check[] = [];
  for (const version of versions) {
    const { findings, validation: result } = await verifyStored(home.readDeps(), version, validation);
    // Age is no damage, and is said by the check of the committed release.
    const faults = [...findings.map(messageOf), ...result.errors.map(({ rule, file, message }) => `${rule} ${file}: ${message}`)];
    for (const found of faults) broken.push({ name: 'objects', state: 'failed', found: `${version}: ${found}`, remedy: R02 });
  }
  const found = versions.length === 0 ? 'no release' : `${versions.length} whole and signed: ${versions.join(', ')}`;
  return broken.length > 0 ? broken : [{ name: 'objects', state: 'ok', found }];
}

async function storedVersions(home: Home): Promise<readonly string[]> {
  const root = `${home.readDeps().layout.prefix}/releases/`;
  const names = (await home.objects.list(root)).map(({ name }) => name.slice(root.length).split('/')[0] ?? '');
  return [...new Set(names)];
}

function messageOf({ message }: Refusal): string {
  return message;
}
