import { z } from 'zod';
import { parseDay } from '../core/calendar-day.ts';

/** Name of content: `<as_of>-<mode>[-rN]` (release spec §3). Equal version means equal bytes, for ever. */
export interface ReleaseVersion {
  /** `YYYY-MM-DD`. */
  readonly asOfDate: string;
  readonly mode: string;
  /** 1 without a suffix. */
  readonly revision: number;
}

const VERSION = /^(\d{4}-\d{2}-\d{2})-([a-z][a-z0-9_]*)(?:-r([2-9]|[1-9]\d+))?$/;

/** Parts of a version text, or undefined: another form, a date that does not exist, a revision beyond 2^53 − 1. */
export function parseVersion(text: string): ReleaseVersion | undefined {
  const match = VERSION.exec(text);
  if (match === null) return undefined;
  const [, asOfDate = '', mode = '', revisionText = '1'] = match;
  const revision = Number(revisionText);
  if (parseDay(asOfDate) === undefined || !Number.isSafeInteger(revision)) return undefined;
  return { asOfDate, mode, revision };
}

/** Schema of a version text. */
export const versionText = z.string().refine((text) => parseVersion(text) !== undefined, 'must be <YYYY-MM-DD>-<mode>[-rN]');
