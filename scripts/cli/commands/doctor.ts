import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadPoolParams, SHIPPED_PARAMETER_SETS } from '#shared/adapters/fs/pool-params-file.ts';
import { keyFileSigner } from '#shared/adapters/keys/key-file.ts';
import { EXIT } from '#shared/core/error-catalogue.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { auditRelease } from '#shared/release/audit.ts';
import { ageDays } from '#shared/release/expiry.ts';
import { parseVersion } from '#shared/release/version.ts';
import type { CommandContext } from '../command.ts';
import { type Home, signingKeyFile } from '../home.ts';
import type { CommandResult } from '../outcome.ts';
import type { HomeOptions } from '../program/shared-options.ts';
import { usingHome } from '../using-home.ts';

/** One check: what was looked at, what was found, and what to do when it is not right. */
interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly found: string;
  readonly remedy?: string;
}

const REQUIRED_NODE_MAJOR = 24;
const LOW_DISK_BYTES = 1024 ** 3;
const STALE_POOL_DAYS = 40;

/** Looks at runtime, home, keys, parameters, stores and the published release; exit 4 when something is broken. */
export async function doctor(_context: CommandContext, options: HomeOptions): Promise<CommandResult> {
  const machine = [checkRuntime(), checkParameters(), checkFolder(options.home)];
  const environment = machine.some(({ state }) => state === 'failed')
    ? []
    : await usingHome(options, async (home) => [checkKey(home), ...(await checkRelease(home))]);
  const checks = [...machine, ...environment];
  const failed = checks.some(({ state }) => state === 'failed');
  return { exit: failed ? EXIT.conflict : EXIT.ok, json: { ok: !failed, checks }, text: checks.map(lineOf).join('\n') };
}

function lineOf({ name, state, found, remedy }: Check): string {
  return `${state.padEnd(8)} ${name.padEnd(11)} ${found}${remedy === undefined ? '' : `\n${' '.repeat(21)}→ ${remedy}`}`;
}

function checkRuntime(): Check {
  const isNew = Number(process.versions.node.split('.')[0]) >= REQUIRED_NODE_MAJOR;
  const found = `Node ${process.versions.node}, ${process.platform} ${process.arch}`;
  return isNew
    ? { name: 'runtime', state: 'ok', found }
    : { name: 'runtime', state: 'failed', found, remedy: 'run it through npm: npm run livepool -- doctor' };
}

function checkParameters(): Check {
  const loaded = SHIPPED_PARAMETER_SETS.map((name) => ({ name, set: loadPoolParams(name) }));
  const broken = loaded.filter(({ set }) => !set.ok).map(({ name }) => name);
  if (broken.length > 0)
    return { name: 'parameters', state: 'failed', found: `invalid: ${broken.join(', ')}`, remedy: 'git checkout shared/params' };
  const found = loaded.map(({ name, set }) => `${name} ${set.ok ? set.value.sha256.slice(0, 12) : ''}`).join(', ');
  return { name: 'parameters', state: 'ok', found };
}

function checkFolder(home: string): Check {
  const folder = resolve(home);
  const existing = existsSync(folder) ? folder : resolve(folder, '..');
  try {
    accessSync(existing, constants.W_OK);
  } catch {
    return { name: 'home', state: 'failed', found: `${folder} cannot be written`, remedy: 'choose another folder with --home' };
  }
  const { bavail, bsize } = statfsSync(existing);
  const freeBytes = bavail * bsize;
  const found = `${folder}, ${(freeBytes / 1024 ** 3).toFixed(1)} GB free`;
  return freeBytes < LOW_DISK_BYTES
    ? { name: 'home', state: 'warning', found, remedy: 'free some space' }
    : { name: 'home', state: 'ok', found };
}

function checkKey({ keysFolder }: Home): Check {
  const file = signingKeyFile(keysFolder);
  if (!existsSync(file))
    return {
      name: 'key',
      state: 'warning',
      found: 'no signing key yet',
      remedy: 'the first publish makes one, or: livepool keys generate',
    };
  try {
    return { name: 'key', state: 'ok', found: `signs with ${keyFileSigner(file).keyId}` };
  } catch (error) {
    const reason = error instanceof LivepoolError ? `${error.code}: ${error.message}` : String(error);
    return {
      name: 'key',
      state: 'failed',
      found: reason,
      remedy: 'restore the key file, or make a new one: livepool keys generate',
    };
  }
}

async function checkRelease(home: Home): Promise<readonly Check[]> {
  const report = await auditRelease(home.readDeps(), { allReleases: true });
  if (report.committedVersion === null && report.ok) {
    return [
      { name: 'release', state: 'warning', found: `nothing published in ${home.environment}`, remedy: 'livepool pool run' },
    ];
  }
  const mismatches = report.mismatches.map(
    ({ code, message }): Check => ({
      name: 'release',
      state: 'failed',
      found: `${code}: ${message}`,
      remedy: 'see docs/operations/runbooks.md, R-02',
    }),
  );
  const open: Check[] = report.switching
    ? [
        {
          name: 'switch',
          state: 'warning',
          found: 'an act is open',
          remedy: 'if no process works on it: livepool release recover',
        },
      ]
    : [];
  return [...mismatches, ...open, checkAge(home, report.committedVersion)];
}

function checkAge(home: Home, version: string | null): Check {
  const asOf = version === null ? undefined : parseVersion(version)?.asOfDate;
  if (version === null || asOf === undefined)
    return { name: 'release', state: 'failed', found: 'the head names no version', remedy: 'livepool release recover' };
  const days = ageDays(asOf, new Date(home.clock.nowMs()).toISOString().slice(0, 10));
  const found = `${version}, ${days} days old`;
  return days > STALE_POOL_DAYS
    ? { name: 'release', state: 'warning', found, remedy: 'consumers drop a pool after 45 days: livepool pool run' }
    : { name: 'release', state: 'ok', found };
}
