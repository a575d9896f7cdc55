import { DOCUMENT_PATHS, SIGNAL_TOPICS } from '../../contracts/names.ts';
import type { RegimeMessage, RegimeProgress, RegimeSnapshot } from '../../contracts/regime-snapshot.ts';
import type { DocumentStore } from '../../ports/document-store.ts';
import type { EventBus } from '../../ports/event-bus.ts';
import type { HourSource } from '../../ports/hour-source.ts';
import type { InstrumentSource, ListedInstrument } from '../../ports/instrument-source.ts';
import { BOUNDARY_MS, boundaryText, usableBoundaryAt } from './boundary.ts';
import { type JudgeInput, judgeBoundary } from './judge-boundary.ts';
import { type ReadUniverse, readUniverse, type SymbolEvent } from './read-universe.ts';
import { regimeState } from './regime-state.ts';
import { olderSnapshot, readLatestSnapshot, readProgress, readSnapshot, saveProgress, writeSnapshot } from './regime-store.ts';
import { shortlist } from './shortlist.ts';

export interface RegimeJobDeps {
  readonly hours: HourSource;
  readonly instruments: InstrumentSource;
  /** The pipeline database. */
  readonly documents: DocumentStore;
  readonly bus: EventBus;
  /** Instruments that may belong to the regime universe, by what the venue's list says of them at an instant. */
  readonly eligible: (listed: readonly ListedInstrument[], nowMs: number) => readonly ListedInstrument[];
}

export interface RegimeJobInput extends JudgeInput {
  readonly runKey: string;
  readonly trace: string;
  readonly onSymbol?: (event: SymbolEvent) => void;
  readonly signal?: AbortSignal;
}

/** `duplicate`: it was written and announced before. `not_due`: the last bar of the boundary may not be used yet. */
export type RegimeJobOutcome =
  | { readonly kind: 'done' | 'duplicate'; readonly snapshot: RegimeSnapshot }
  | { readonly kind: 'not_due' };

/**
 * Judges the regime of a boundary once (signals spec §6): reads the hours of the venue's most traded symbols, or what an earlier try
 * left to read, writes the snapshot create-only, and announces it. Repeating it changes nothing; after any interruption the next call
 * goes on.
 */
export async function runRegimeJob(deps: RegimeJobDeps, input: RegimeJobInput): Promise<RegimeJobOutcome> {
  if (input.boundaryMs > usableBoundaryAt(input.nowMs)) return { kind: 'not_due' };
  const written = await readSnapshot(deps.documents, input.boundaryMs);
  const outcome =
    written === null
      ? await commit(deps, input, await readAll(deps, input))
      : ({ kind: 'duplicate', snapshot: written } as const);
  const isAnnounced = await announce(deps, input, outcome.snapshot);
  return isAnnounced ? { kind: 'done', snapshot: outcome.snapshot } : outcome;
}

async function readAll({ hours, instruments, documents, eligible }: RegimeJobDeps, input: RegimeJobInput): Promise<ReadUniverse> {
  const { boundaryMs, nowMs, params, signal, onSymbol } = input;
  const head = { boundary: boundaryText(boundaryMs), venue: hours.sourceId, params_hash: params.sha256 };
  const progress = (await readProgress(documents, head)) ?? (await begin());
  return readUniverse(hours, {
    boundaryMs,
    nowMs,
    params: params.params,
    progress,
    save: (current) => saveProgress(documents, current),
    ...(onSymbol === undefined ? {} : { onSymbol }),
    ...(signal === undefined ? {} : { signal }),
  });

  async function begin(): Promise<RegimeProgress> {
    const listed = await instruments.fetchInstruments(signal);
    const candidates = eligible(listed.instruments, nowMs);
    const symbols = await shortlist(hours, candidates, params.params.universe, signal);
    return { schema: 'regime_progress.v1', ...head, eligible: candidates.length, shortlist: [...symbols], readings: [] };
  }
}

/** One transaction decides: which earlier boundaries count, what they make of this one, and that nobody wrote it before. */
async function commit(
  { documents }: RegimeJobDeps,
  input: RegimeJobInput,
  read: ReadUniverse,
): Promise<{ readonly kind: 'done' | 'duplicate'; readonly snapshot: RegimeSnapshot }> {
  const { boundaryMs, params } = input;
  const older = await olderSnapshot(documents, boundaryMs);
  return documents.transaction(async (tx) => {
    const written = await readSnapshot(tx, boundaryMs);
    if (written !== null) return { kind: 'duplicate', snapshot: written };
    const earlier: RegimeSnapshot[] = [];
    for (let back = params.params.stability.boundaries - 1; back > 0; back--) {
      const snapshot = await readSnapshot(tx, boundaryMs - back * BOUNDARY_MS);
      if (snapshot !== null) earlier.push(snapshot);
    }
    const latest = await readLatestSnapshot(tx);
    const snapshot = judgeBoundary(read, earlier, earlier.at(-1) ?? older, input);
    writeSnapshot(tx, snapshot, latest, read.progress);
    return { kind: 'done', snapshot };
  });
}

/** Says that the snapshot is there, unless that was said: at least once, also when the process died in between. True when it did. */
async function announce(
  { documents, bus }: RegimeJobDeps,
  { runKey, trace }: RegimeJobInput,
  snapshot: RegimeSnapshot,
): Promise<boolean> {
  const { boundary, regime, valid_until } = snapshot;
  const left = DOCUMENT_PATHS.regimeProgress(boundary);
  if ((await documents.get(left)) === null) return false;
  const data: RegimeMessage = {
    run_key: runKey,
    trace,
    boundary,
    snapshot: DOCUMENT_PATHS.regime(boundary),
    regime,
    valid_until,
    state: JSON.stringify(regimeState(snapshot)),
  };
  await bus.publish({ topic: SIGNAL_TOPICS.regime, data });
  await documents.transaction(async (tx) => tx.delete(left));
  return true;
}
