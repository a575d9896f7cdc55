import { readHead } from '#shared/release/head.ts';
import { recover } from '#shared/release/recover.ts';
import { actOutcome } from '../act-outcome.ts';
import type { CommandContext } from '../command.ts';
import type { CommandResult } from '../outcome.ts';
import type { HomeOptions } from '../program/shared-options.ts';
import { usingHome } from '../using-home.ts';

export interface RecoverOptions extends HomeOptions {
  readonly seizeLease: boolean;
}

/** Finishes an act whose process died; does nothing when none is open. */
export async function releaseRecover({ terminal }: CommandContext, options: RecoverOptions): Promise<CommandResult> {
  return usingHome(options, async (home) => {
    const { publish_seq: seq } = await readHead(home.documents);
    const result = await recover(home.actDeps(terminal.note), {
      runKey: `manual:recover-${seq}`,
      seizeLease: options.seizeLease,
    });
    return actOutcome(result, home.environment);
  });
}
