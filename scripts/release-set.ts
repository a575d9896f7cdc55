/** Writes `dist/release.json`: what `pulumi up` deploys, by digest (docs/how-to/roll-back-code.md). */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleDigest } from '../infra/settings/bundle-digest.ts';

const ROOT = resolve(import.meta.dirname, '..');
const BUNDLES = join(ROOT, 'dist', 'functions');

const { values } = parseArgs({ options: { 'worker-image': { type: 'string' }, out: { type: 'string' } } });
const file = values.out ?? join(ROOT, 'dist', 'release.json');
if (!existsSync(BUNDLES)) fail('there are no bundles in dist/functions; npm run bundle makes them');
if (git('status', '--porcelain') !== '') fail('there are changes that are not committed; a release names a commit');
const set = {
  revision: git('rev-parse', 'HEAD'),
  lock_file_sha256: createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex'),
  bundles: Object.fromEntries(bundleNames().map((name) => [name, bundleDigest(join(BUNDLES, name))])),
  worker_image: values['worker-image'] ?? null,
};
writeFileSync(file, `${JSON.stringify(set, null, 2)}\n`);
process.stdout.write(`${file}: ${Object.keys(set.bundles).length} functions of ${set.revision.slice(0, 12)}\n`);

function bundleNames(): string[] {
  return readdirSync(BUNDLES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
