import { execFileSync } from 'node:child_process';

/** The commit that is tried, with `-dirty` when files differ from it; `unknown` outside a repository. */
export function commitText(): string {
  try {
    const git = (...args: string[]): string => execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
    return `${git('rev-parse', '--short=12', 'HEAD')}${git('status', '--porcelain') === '' ? '' : '-dirty'}`;
  } catch {
    return 'unknown';
  }
}
