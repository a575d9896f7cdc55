import { COLLECTIONS } from '#shared/contracts/names.ts';
import type { RegimeState } from '#shared/contracts/regime-snapshot.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { Refusal, Result } from '#shared/core/result.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { DocumentEntry, DocumentStore } from '#shared/ports/document-store.ts';
import type { Logger } from '#shared/ports/logger.ts';
import type { OrderedSource } from '#shared/ports/ordered-bus.ts';
import { stateOfDocument, stateOfMessage } from '#shared/signals/regime/regime-state.ts';

/** Takes a state; `isNews` is false for what was there before anybody looked. */
export type KeepRegime = (state: RegimeState, isNews: boolean) => Promise<void>;

/** Where regimes come from; the same one may come again. Runs until `signal` aborts, and rejects for what does not pass. */
export interface RegimeSource {
  run(keep: KeepRegime, signal: AbortSignal): Promise<void>;
}

/** How often the pipeline's documents are looked at. */
const LOOK_EVERY_MS = 60_000;

/** Boundaries that are read at once: those of eight days. */
const PAGE = 48;

/** From the subscription. A message that says nothing usable is refused, and ends among the dead letters. */
export function regimesBySubscription(
  { logger, open }: { readonly logger: Logger; readonly open: () => OpenSource },
  subscription: string,
): RegimeSource {
  return {
    run: async (keep, signal) => {
      const bus = open();
      try {
        await bus.run(subscription, async ({ data }) => keep(usable(logger, stateOfMessage(data)), true), signal);
      } finally {
        await bus.close();
      }
    },
  };
}

/** A bus that was opened for one run. */
export interface OpenSource extends OrderedSource {
  readonly close: () => Promise<void>;
}

/**
 * From the documents that `livepool signal regime` writes on this machine. They are opened for every look: they may not be there yet.
 * A look that fails is told and repeated at the next.
 */
export function regimesByLooking({ clock, logger, open }: LookingDeps): RegimeSource {
  return {
    run: async (keep, signal) => {
      const seen = new Set<string>();
      for (let isNews = false; !signal.aborted; isNews = true) {
        try {
          await look({ clock, logger, open }, seen, (state) => keep(state, isNews));
        } catch (error) {
          if (!(error instanceof LivepoolError) || error.kind === 'bug') throw error;
          logger.warn('regime.look_failed', { code: error.code, message: error.message });
        }
        await clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
      }
    },
  };
}

export interface LookingDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly open: () => OpenDocuments;
}

/** Documents that were opened for a look. */
export interface OpenDocuments extends Pick<DocumentStore, 'list'> {
  close(): void;
}

async function look(
  { logger, open }: LookingDeps,
  seen: Set<string>,
  keep: (state: RegimeState) => Promise<void>,
): Promise<void> {
  const documents = open();
  try {
    for (const { id, data } of await unseen(documents, seen)) {
      const state = stateOfDocument(id, data);
      if (state.ok) await keep(state.value);
      else logger.warn('regime.unreadable', { message: state.error.message });
      seen.add(id);
    }
  } finally {
    documents.close();
  }
}

/**
 * Snapshots that no look has seen, oldest first: from the newest one back to the first page that holds nothing new. `latest` is a
 * copy of one of them.
 */
async function unseen(documents: Pick<DocumentStore, 'list'>, seen: ReadonlySet<string>): Promise<readonly DocumentEntry[]> {
  const found = new Map<string, DocumentEntry>();
  for (let startAt = LAST_BOUNDARY; ; ) {
    const page = await documents.list(COLLECTIONS.regime, { descending: true, limit: PAGE, startAt });
    const fresh = page.filter(({ id }) => !seen.has(id) && !found.has(id));
    for (const entry of fresh) found.set(entry.id, entry);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE || fresh.length === 0) return [...found.values()].reverse();
    startAt = last.id;
  }
}

/** Sorts behind every boundary and before `latest`. */
const LAST_BOUNDARY = '9999';

function usable(logger: Logger, state: Result<RegimeState, Refusal>): RegimeState {
  if (state.ok) return state.value;
  logger.warn('regime.unreadable', { message: state.error.message });
  throw new LivepoolError(state.error.code, 'terminal', state.error.message);
}
