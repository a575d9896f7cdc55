import { parseVersion, type ReleaseVersion } from '../contracts/version-text.ts';
import { LivepoolError } from '../core/errors.ts';

export { parseVersion, type ReleaseVersion } from '../contracts/version-text.ts';

/** Text of a version; revision 1 has no suffix. Inverse of `parseVersion`. */
export function formatVersion(version: ReleaseVersion): string {
  const suffix = version.revision === 1 ? '' : `-r${version.revision}`;
  const text = `${version.asOfDate}-${version.mode}${suffix}`;
  requireVersion(text);
  return text;
}

/** Parts of a version text; LivepoolError VERSION_INVALID when it is none. */
export function requireVersion(text: string): ReleaseVersion {
  const version = parseVersion(text);
  if (version !== undefined) return version;
  throw new LivepoolError(
    'VERSION_INVALID',
    'terminal',
    `${JSON.stringify(text)} is not a version; use <YYYY-MM-DD>-<mode>[-rN]`,
    {
      version: text,
    },
  );
}

/**
 * Negative, zero or positive by (as_of, revision as a number), release spec §3. Versions of two modes have no order:
 * LivepoolError VERSION_NOT_COMPARABLE.
 */
export function compareVersions(a: string, b: string): number {
  const left = requireVersion(a);
  const right = requireVersion(b);
  if (left.mode !== right.mode) {
    throw new LivepoolError('VERSION_NOT_COMPARABLE', 'terminal', `${a} and ${b} belong to different modes`, { a, b });
  }
  if (left.asOfDate !== right.asOfDate) return left.asOfDate < right.asOfDate ? -1 : 1;
  return left.revision - right.revision;
}
