import { checkContract } from '../../contracts/decode.ts';
import { WORKER_COLLECTIONS, WORKER_PATHS } from '../../contracts/names.ts';
import { type HeardRegime, heardRegimeSchema, type RegimeState } from '../../contracts/regime-snapshot.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { DocumentData, DocumentStore } from '../../ports/document-store.ts';
import { parseBoundary } from './boundary.ts';

const PAGE = 500;

/**
 * Keeps what was heard of a boundary; a snapshot is written once, so what is known already stays as it is. True when it was new. What
 * is older than `keptForMs` is not taken.
 */
export async function keepRegime(
  documents: DocumentStore,
  state: RegimeState,
  { nowMs, keptForMs }: { readonly nowMs: number; readonly keptForMs: number },
): Promise<boolean> {
  const at = parseBoundary(state.boundary);
  if (at < nowMs - keptForMs) return false;
  const path = WORKER_PATHS.regime(state.boundary);
  const heard: HeardRegime = { schema: 'heard_regime.v1', at, heard_at: nowMs, state };
  return documents.transaction(async (tx) => {
    if ((await tx.get(path)) !== null) return false;
    tx.create(path, heard satisfies DocumentData);
    return true;
  });
}

/** Everything that was heard of `boundary` and later ones, oldest first; DOCUMENT_UNREADABLE for a document that is none of ours. */
export async function heardRegimes(documents: Pick<DocumentStore, 'list'>, boundary = ''): Promise<readonly RegimeState[]> {
  const states: RegimeState[] = [];
  for (let startAt = boundary; ; ) {
    const entries = await documents.list(WORKER_COLLECTIONS.regimes, { limit: PAGE, ...(startAt === '' ? {} : { startAt }) });
    const last = entries.at(-1);
    for (const { id, data } of entries) if (id !== startAt || id === boundary) states.push(stateOf(id, data));
    if (last === undefined || entries.length < PAGE) return states;
    startAt = last.id;
  }
}

function stateOf(id: string, data: unknown): RegimeState {
  const heard = checkContract<HeardRegime>(heardRegimeSchema, data, `${WORKER_COLLECTIONS.regimes}/${id}`);
  if (heard.ok) return heard.value.state;
  throw new LivepoolError('DOCUMENT_UNREADABLE', 'terminal', heard.error.message, heard.error.details);
}
