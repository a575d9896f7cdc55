import { publish } from '#shared/release/publish/publish.ts';
import { recover } from '#shared/release/recover.ts';
import { restore } from '#shared/release/restore.ts';
import { rollback } from '#shared/release/rollback.ts';

/** The acts under test; a mutant is the same four functions over one changed step. */
export interface Protocol {
  readonly publish: typeof publish;
  readonly rollback: typeof rollback;
  readonly restore: typeof restore;
  readonly recover: typeof recover;
}

/** The protocol as it is. */
export const PROTOCOL: Protocol = { publish, rollback, restore, recover };
