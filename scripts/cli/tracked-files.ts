import { execFileSync } from 'node:child_process';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LivepoolError } from '#shared/core/errors.ts';

/** Where this program's own tree begins. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Paths of committed files below a folder of the tree, from its root, sorted: what git does not know is nobody's to show. */
export function trackedFiles(folder = '.'): readonly string[] {
  const within = relative(ROOT, resolve(ROOT, folder));
  if (within.startsWith('..')) throw new LivepoolError('USAGE', 'terminal', `${folder} lies outside of the tree`);
  try {
    const args = ['ls-files', '-z', '--', within === '' ? '.' : within];
    const listed = execFileSync('git', args, {
      cwd: ROOT,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const files = listed.split('\0').filter((path) => path !== '');
    if (files.length > 0) return files.toSorted((a, b) => (a < b ? -1 : 1)).map((path) => path.replaceAll(sep, '/'));
  } catch (error) {
    throw new LivepoolError('USAGE', 'terminal', `this is no git checkout: ${ROOT}`, {}, error);
  }
  throw new LivepoolError('USAGE', 'terminal', `there is no committed file at ${folder}`);
}
