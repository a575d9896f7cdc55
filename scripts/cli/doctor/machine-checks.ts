import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadPoolParams, SHIPPED_PARAMETER_SETS } from '#shared/adapters/fs/pool-params-file.ts';
import { loadVenueParams } from '#shared/adapters/fs/venue-params-file.ts';
import { keyFileSigner } from '#shared/adapters/keys/key-file.ts';
import type { Check } from '#shared/health/check.ts';
import { venueRule } from '#shared/market/venue-policy/check-venue.ts';
import { venuePolicy } from '#shared/market/venue-policy/venue-policy.ts';
import type { Home } from '../home.ts';
import { nearestExisting } from '../home-folder.ts';
import { requireTrusted, signingKeyFile } from '../home-keys.ts';

const REQUIRED_NODE_MAJOR = 24;
const LOW_DISK_BYTES = 1024 ** 3;

export function checkRuntime(): Check {
  const isNew = Number(process.versions.node.split('.')[0]) >= REQUIRED_NODE_MAJOR;
  const found = `Node ${process.versions.node}, ${process.platform} ${process.arch}`;
  if (isNew) return { name: 'runtime', state: 'ok', found };
  return { name: 'runtime', state: 'failed', found, remedy: 'run it through npm: npm run livepool -- doctor' };
}

export function checkParameters(): Check {
  const loaded = SHIPPED_PARAMETER_SETS.map((name) => ({ name, set: loadPoolParams(name) }));
  const broken = loaded.filter(({ set }) => !set.ok).map(({ name }) => name);
  if (broken.length > 0)
    return { name: 'parameters', state: 'failed', found: `invalid: ${broken.join(', ')}`, remedy: 'git checkout shared/params' };
  const found = loaded.map(({ name, set }) => `${name} ${set.ok ? set.value.sha256.slice(0, 12) : ''}`).join(', ');
  return { name: 'parameters', state: 'ok', found };
}

/** Whose data and trading each profile allows; without a policy no venue is contacted. Throws what is wrong with the table. */
export function checkPolicy(): Check {
  const params = loadVenueParams();
  const allowed = venuePolicy(params, 'us_strict', []);
  const venues = Object.keys(params.venues).filter((venue) => venueRule(allowed, venue, 'data') === undefined);
  const found = `us_strict reads ${venues.join(', ')}; ${Object.keys(params.refused_set).length} venues need --profile global`;
  return { name: 'policy', state: 'ok', found };
}

/** Reading works in a read-only home; whoever publishes there needs more. */
export function checkFolder(home: string): Check {
  const folder = resolve(home);
  const existing = nearestExisting(folder);
  const { bavail, bsize } = statfsSync(existing);
  const freeBytes = bavail * bsize;
  const found = `${folder}, ${(freeBytes / 1024 ** 3).toFixed(1)} GB free`;
  if (!isWritable(existing)) {
    const remedy = 'enough to read and verify; to collect or publish make it writable, or choose another with --home';
    return { name: 'home', state: 'warning', found: `${folder} cannot be written`, remedy };
  }
  return freeBytes < LOW_DISK_BYTES
    ? { name: 'home', state: 'warning', found, remedy: 'free some space' }
    : { name: 'home', state: 'ok', found };
}

/** The signing key, and whether readers accept what it signs. Throws what is wrong with it. */
export function checkKey({ keysFolder }: Home): Check {
  const file = signingKeyFile(keysFolder);
  if (!existsSync(file)) {
    const remedy = 'the first publish makes one, or: livepool keys generate';
    return { name: 'key', state: 'warning', found: 'no signing key yet', remedy };
  }
  const signer = keyFileSigner(file);
  requireTrusted(keysFolder, signer);
  return { name: 'key', state: 'ok', found: `signs with ${signer.keyId}` };
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
