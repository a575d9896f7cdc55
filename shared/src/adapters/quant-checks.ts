import { LivepoolError } from '../core/errors.ts';
import type { QuantCommit } from '../ports/quant-store.ts';

/** What a store knows before a commit. */
export interface BeforeCommit {
  readonly token: number;
  readonly tickTs: number | null;
  readonly commitId: string | null;
  readonly engineKey: string | null;
  readonly totalBytes: number;
}

/** What every quant store checks first: `again` for a commit that is there already, else `new`, or the refusal as an error. */
export function checkCommit(before: BeforeCommit, token: number, commit: QuantCommit): 'new' | 'again' {
  checkToken(before.token, token);
  if (before.tickTs !== null && commit.tickTs <= before.tickTs) {
    if (commit.tickTs === before.tickTs && commit.commitId === before.commitId) return 'again';
    throw conflict(`tick ${commit.tickTs} does not follow ${before.tickTs}`);
  }
  const { state } = commit;
  const isOther = before.engineKey !== state.engineKey || before.totalBytes !== state.totalBytes;
  const pages = Math.ceil(state.totalBytes / state.pageBytes);
  if (isOther && state.pages.length !== pages) throw conflict(`the first state of an engine has ${pages} pages`);
  return 'new';
}

/** Refuses a token that is not the newest. */
export function checkToken(newest: number, token: number): void {
  if (token === newest) return;
  const message = `the lease has passed on: token ${token} was replaced by ${newest}; stop this worker or let it stand by`;
  throw new LivepoolError('QUANT_LEASE_LOST', 'terminal', message, { token, newest });
}

function conflict(what: string): LivepoolError {
  return new LivepoolError('QUANT_TICK_CONFLICT', 'bug', `${what}; the store was not changed`);
}
