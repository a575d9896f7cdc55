import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { err, ok, type Refusal, type Result } from '#shared/core/result.ts';

/**
 * Revision that a release from a real venue names: the given one, or the commit of a clean checkout. Refused where neither is
 * known, because a published decision must be traceable to the code that made it.
 */
export function requireSourceRevision(given: string | undefined): Result<string, Refusal> {
  if (given !== undefined) return ok(given);
  const folder = dirname(fileURLToPath(import.meta.url));
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    if (git('status', '--porcelain') !== '') return err(unknown('the checkout has uncommitted changes'));
    return ok(git('rev-parse', 'HEAD'));
  } catch {
    return err(unknown('this is no git checkout'));
  }
}

function unknown(why: string): Refusal {
  const message = `a release from a real venue must name the code that made it, and ${why}; commit, or pass --source-revision`;
  return { code: 'SOURCE_REVISION_UNKNOWN', message };
}
