import type { ConformanceCase, ReaderState, ReasonFamily, Repository, Want } from './case.ts';
import { reader, type WholeRelease } from './two-releases.ts';

/** A row that a reader has to accept, with the pool of `whole`. */
export function accepted(
  id: string,
  want: Want,
  repository: Repository,
  whole: WholeRelease,
  state: Partial<ReaderState> = {},
): ConformanceCase {
  const { version, symbols } = whole.summary;
  const expected = { verdict: 'accepted', version, symbols, signed: want !== 'mirror' } as const;
  return { id, want, state: { ...reader, ...state }, repository, expected };
}

/** A row that a reader has to reject for a reason of one of these families. */
export function rejected(
  id: string,
  want: Want,
  repository: Repository,
  families: readonly ReasonFamily[],
  state: Partial<ReaderState> = {},
): ConformanceCase {
  return { id, want, state: { ...reader, ...state }, repository, expected: { verdict: 'rejected', families } };
}
