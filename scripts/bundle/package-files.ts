import { readFileSync, writeFileSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';

/** An entry of `packages` in a lock file of version 3. */
interface LockEntry {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface LockFile {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, LockEntry>>;
}

interface RootPackage {
  readonly version: string;
  readonly license: string;
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * The one package that is not in a bundle: the platform starts it from `node_modules`, and it finds a function only when that
 * function registered with the very same copy.
 */
export const FRAMEWORK = '@google-cloud/functions-framework';

const ROOT = resolve(import.meta.dirname, '..', '..');

/** Writes what Cloud Build installs from: package.json, the part of our lock file that it needs, and no install scripts. */
export function writePackageFiles(name: string, folder: string): void {
  const root = readJson<RootPackage>('package.json');
  const lock = readJson<LockFile>('package-lock.json');
  const own = {
    name: `livepool-${name}`,
    version: root.version,
    license: root.license,
    engines: { node: `${/\d+/.exec(root.engines.node)?.[0]}.x` },
    dependencies: { [FRAMEWORK]: root.dependencies[FRAMEWORK] },
  };
  const { version, license, engines, dependencies } = own;
  const start = { main: 'index.mjs', scripts: { start: `functions-framework --target=${name}` } };
  const lockRoot = { name: own.name, version, license, dependencies, engines };
  write(folder, 'package.json', { ...own, private: true, type: 'module', ...start });
  write(folder, 'package-lock.json', {
    name: own.name,
    version,
    lockfileVersion: lock.lockfileVersion,
    requires: true,
    packages: { '': lockRoot, ...closureOf(lock, FRAMEWORK) },
  });
  writeFileSync(join(folder, '.npmrc'), 'ignore-scripts=true\n');
}

/** Entries of a package and of all that it needs, at the places where our lock file has them, sorted. */
function closureOf({ packages }: LockFile, name: string): Record<string, LockEntry> {
  const found = new Map<string, LockEntry>();
  const visit = (from: string, wanted: string, isOptional: boolean): void => {
    const place = placeOf(packages, from, wanted);
    const entry = place === undefined ? undefined : packages[place];
    if (place === undefined || entry === undefined) {
      if (isOptional) return;
      throw new Error(`package-lock.json has no ${wanted} for ${from}; run npm install`);
    }
    if (found.has(place)) return;
    found.set(place, entry);
    for (const next of Object.keys(entry.dependencies ?? {})) visit(place, next, false);
    for (const next of Object.keys(entry.optionalDependencies ?? {})) visit(place, next, true);
  };
  visit('', name, false);
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** As Node looks a package up: in the `node_modules` of the importer, then of each folder above it. */
function placeOf(packages: LockFile['packages'], from: string, wanted: string): string | undefined {
  for (let folder = from; ; folder = posix.dirname(folder)) {
    const place = folder === '' || folder === '.' ? `node_modules/${wanted}` : `${folder}/node_modules/${wanted}`;
    if (packages[place] !== undefined) return place;
    if (folder === '' || folder === '.') return undefined;
  }
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as T;
}

function write(folder: string, file: string, content: object): void {
  writeFileSync(join(folder, file), `${JSON.stringify(content, null, 2)}\n`);
}
