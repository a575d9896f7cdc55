import type { MarketEvent } from '../../contracts/market-events/market-event.ts';
import type { CommittedState, QuantStore } from '../../ports/quant-store.ts';
import type { AlertBoard } from '../alerts/alert-board.ts';
import type { QuantEngine } from '../engine.ts';
import { labelsInForce } from './bias-signals.ts';
import { seedFromFeatures } from './seed-from-features.ts';
import { stateOfBytes } from './state-pages.ts';
import type { CommitBasis } from './tick-commit.ts';

/** Ticks after which a state is too old to go on from as if nothing had happened (quant spec §6). */
const MOST_TICKS_AWAY = 10;

const NOTHING: CommitBasis = { summary: [], labelBefore: labelsInForce([]), commitId: '', tickTs: -1, tick: null, state: null };

/**
 * How an engine began: from nothing, from the last tick, from the windows of a state that is too old for the rest, or from what
 * another engine stored.
 */
export type RestoreKind = 'fresh' | 'restored' | 'warming' | 'seeded';

export interface Restored {
  readonly kind: RestoreKind;
  readonly basis: CommitBasis;
  /** What the engine has to hear first: books begin as lost, and trades were missed. */
  readonly absence: readonly MarketEvent[];
}

/**
 * Puts the last committed state into a new engine. Windows are kept whatever their age, since each number in them has its time;
 * after more than ten ticks bias and warm-up begin anew. Of a
 * state of another engine (`engineKey`) only stored features are used.
 */
export async function restoreEngine(
  store: QuantStore,
  engine: QuantEngine,
  alerts: AlertBoard,
  engineKey: string,
  nowMs: number,
): Promise<Restored> {
  const committed = await store.committed();
  if (committed === null) return { kind: 'fresh', basis: NOTHING, absence: [] };
  const labelBefore = labelsInForce(await store.latestSignals());
  const basis = { ...NOTHING, labelBefore, commitId: committed.commitId, tickTs: committed.tickTs };
  if (committed.engineKey !== engineKey) {
    const minutes = await seedFromFeatures(store, engine, nowMs);
    if (minutes === 0) return { kind: 'fresh', basis, absence: [] };
    return { kind: 'seeded', basis, absence: absenceEvents(engine, engine.lastTickTs + 1, nowMs) };
  }
  const state = stateOfBytes(committed.bytes);
  engine.restore(state);
  const isOld = nowMs - committed.tickTs > MOST_TICKS_AWAY * engine.params.tick_ms;
  if (isOld) engine.startAgain();
  await restoreAlerts(store, alerts, committed, engine.params.alerts.kept);
  const summary = await store.summary();
  const absence = absenceEvents(engine, committed.tickTs + 1, nowMs);
  return { kind: isOld ? 'warming' : 'restored', basis: { ...basis, summary, state }, absence };
}

async function restoreAlerts(store: QuantStore, alerts: AlertBoard, { alertState }: CommittedState, kept: number): Promise<void> {
  const { alerts: newest } = await store.alerts(kept, 0);
  alerts.restore(alertState, newest.map(({ alert }) => alert).toReversed());
}

/** Books were lost when the last writer stopped; trades are missing up to now. */
function absenceEvents(engine: QuantEngine, goneMs: number, nowMs: number): readonly MarketEvent[] {
  return engine.symbols.flatMap(({ seats }) => {
    return seats.flatMap(({ id, venue }): MarketEvent[] => {
      const common = { venue, instrument: id, quality: 'live', raw_ref: null, unit: 'state', reason: 'restarted' } as const;
      return [
        { ...common, ...at(goneMs), type: 'book_state', live: false },
        { ...common, ...at(nowMs), type: 'trade_gap' },
      ];
    });
  });
}

function at(ms: number) {
  return { ts_event: ms, ts_recv: ms, available_at: ms };
}
