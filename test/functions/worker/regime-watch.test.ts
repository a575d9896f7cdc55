import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { memoryDocumentStore } from '#shared/adapters/memory/document-store.ts';
import { sqliteDocumentReader } from '#shared/adapters/sqlite/document-reader.ts';
import { sqliteDocumentStore } from '#shared/adapters/sqlite/document-store.ts';
import type { RegimeTransition } from '#shared/contracts/quant-stream.ts';
import type { RegimeSnapshot, RegimeState } from '#shared/contracts/regime-snapshot.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import type { OrderedHandler } from '#shared/ports/ordered-bus.ts';
import { BOUNDARY_MS, boundaryText } from '#shared/signals/regime/boundary.ts';
import { regimeState } from '#shared/signals/regime/regime-state.ts';
import { pruneWorkerLog } from '#shared/supervision/prune-worker-log.ts';
import { type RegimeSource, regimesByLooking, regimesBySubscription } from '../../../functions/worker/regime-source.ts';
import { RegimeWatch } from '../../../functions/worker/regime-watch.ts';
import { temporaryFolder } from '../../adapters/temporary-folder.ts';
import { turn } from '../../quant/service/ticker-world.ts';
import { snapshotOf } from '../../signals/regime/sample-snapshot.ts';

const NOW = Date.parse('2026-11-01T12:03:00Z');
const YEAR = 365 * 86_400_000;
const quiet = { info: () => undefined, notice: () => undefined, warn: () => undefined, error: () => undefined };

/** A watch over a source, on a clock that is moved by hand. */
function world(source: RegimeSource, documents: DocumentStore = memoryDocumentStore(), clock = manualClock(NOW)) {
  const told: RegimeTransition[] = [];
  const params = { stale_after_valid_min: 15 };
  const deps = { clock, logger: quiet, documents, source, params, keptForMs: () => YEAR };
  const watch = new RegimeWatch({ ...deps, onTransition: (transition) => void told.push(transition) });
  const abort = new AbortController();
  const running = watch.run(abort.signal);
  running.catch(() => undefined);
  const stop = async (): Promise<void> => {
    abort.abort();
    await running;
  };
  onTestFinished(stop);
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await settle();
  };
  return { watch, told, clock, documents, running, stop, pass };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await turn();
}

/** A source whose messages the test sends; `say` rejects as a refused message does. */
function spoken() {
  let handler: OrderedHandler | undefined;
  const bus = {
    run: (_: string, handle: OrderedHandler, signal: AbortSignal) => {
      handler = handle;
      return new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    },
    close: async () => undefined,
  };
  const source = regimesBySubscription({ logger: quiet, open: () => bus }, 'regime-to-worker');
  const say = async (message: object): Promise<void> => {
    await settle();
    await handler!({ data: Buffer.from(JSON.stringify(message)), attributes: {}, orderingKey: '' });
  };
  return { source, say };
}

function message(snapshot: RegimeSnapshot, state: RegimeState = regimeState(snapshot)) {
  const { boundary, regime, valid_until } = snapshot;
  const where = `regime/${boundary}`;
  return { run_key: 'k', trace: 't', boundary, snapshot: where, regime, valid_until, state: JSON.stringify(state) };
}

const at = (hour: string, more: Partial<RegimeSnapshot> = {}) => snapshotOf(`2026-11-01T${hour}:00:00Z`, more);

describe('what the worker hears of regimes', () => {
  it('is kept, told once, and there again after a restart', async () => {
    const { source, say } = spoken();
    const first = world(source);
    await say(message(at('04')));
    await say(message(at('08', { regime: 'highvol', confidence: 0.7 })));
    await say(message(at('08', { regime: 'highvol', confidence: 0.7 })));
    const change = { symbol: 'global', from: 'choppy', to: 'highvol', confidence: 0.7, ts: Date.parse('2026-11-01T08:00:00Z') };
    expect(first.told).toEqual([change]);
    await first.stop();
    const again = world(spoken().source, first.documents);
    await settle();
    expect(again.watch.states().map(({ regime }) => regime)).toEqual(['choppy', 'highvol']);
    expect([again.told, again.watch.transitions()]).toEqual([[], [change]]);
    expect(again.watch.health(NOW).measured).toEqual({ regimes: 2, regime_age_ms: NOW - change.ts });
  });

  it('waits for documents and a source that are away, and crashes for neither', async () => {
    const away = new LivepoolError('STORE_UNAVAILABLE', 'transient', 'database or disk is full');
    const documents = memoryDocumentStore();
    const { source, say } = spoken();
    const filled = world(source, documents);
    await say(message(at('04')));
    await filled.stop();
    const fails = { list: true, source: true };
    const list: DocumentStore['list'] = (...what) => (fails.list ? Promise.reject(away) : documents.list(...what));
    const flaky: RegimeSource = { run: (keep, signal) => (fails.source ? Promise.reject(away) : later.source.run(keep, signal)) };
    const later = spoken();
    const { watch, told, pass, running } = world(flaky, { ...documents, list });
    let ended = false;
    running.finally(() => (ended = true)).catch(() => undefined);
    for (let i = 0; i < 8; i++) await pass(5_000);
    fails.list = false;
    for (let i = 0; i < 3; i++) await pass(5_000);
    expect([ended, watch.states().length]).toEqual([false, 1]);
    fails.source = false;
    await pass(5_000);
    await later.say(message(at('08', { regime: 'highvol' })));
    expect([ended, told.map(({ from, to }) => [from, to])]).toEqual([false, [['choppy', 'highvol']]]);
  });

  it('takes its place in the past when it comes late, and tells nobody', async () => {
    const { source, say } = spoken();
    const { watch, told } = world(source);
    await say(message(at('08')));
    await say(message(at('04', { regime: 'trending' })));
    expect(told).toEqual([]);
    expect(watch.transitions()).toMatchObject([{ from: 'trending', to: 'choppy' }]);
  });

  it('is refused when it is no state, or another one than its message says', async () => {
    const { source, say } = spoken();
    const { watch } = world(source);
    const { state: _, ...without } = message(at('04'));
    for (const wrong of [without, message(at('04'), regimeState(at('08'))), { ...message(at('04')), state: '{}' }]) {
      await expect(say(wrong)).rejects.toMatchObject({ code: 'DOCUMENT_UNREADABLE' });
    }
    await say(message(at('08')));
    expect(watch.states()).toEqual([regimeState(at('08'))]);
  });

  it('counts as mixed without a state, and from a quarter of an hour after it should have been replaced', async () => {
    const { source, say } = spoken();
    const { watch } = world(source);
    expect(watch.inForce(NOW)).toEqual({ regime: 'mixed', fallback: 'no_snapshot', state: null });
    await say(message(at('12', { regime: 'trending' })));
    const state = regimeState(at('12', { regime: 'trending' }));
    expect(watch.inForce(NOW)).toEqual({ regime: 'trending', fallback: null, state });
    const late = Date.parse(state.valid_until) + 15 * 60_000;
    expect(watch.inForce(late).fallback).toBeNull();
    expect(watch.inForce(late + 1)).toEqual({ regime: 'mixed', fallback: 'stale', state });
  });

  it('is shared with a worker beside it within a minute, and forgotten after a year by both', async () => {
    const { source, say } = spoken();
    const first = world(source);
    const second = world(spoken().source, first.documents);
    await say(message(at('04')));
    await say(message(at('08', { regime: 'mixed' })));
    expect(second.watch.states()).toEqual([]);
    await second.pass(60_000);
    expect(second.told).toMatchObject([{ from: 'choppy', to: 'mixed' }]);
    const later = NOW + YEAR;
    expect(
      await pruneWorkerLog(first.documents, { every_ms: 1, log_ms: YEAR, recoveries_ms: 1, commands_ms: 1 }, later),
    ).toMatchObject({
      regimes: 2,
    });
    await second.pass(YEAR);
    expect(second.watch.states()).toEqual([]);
    await expect(say(message(at('12')))).resolves.toBeUndefined();
  });
});

describe('regimes of this machine', () => {
  it('come from the documents of the command line: what is there as history, what is added as news', async () => {
    const file = path.join(temporaryFolder(), 'documents.sqlite');
    const clock = manualClock(NOW);
    const open = () => sqliteDocumentReader({ file });
    const { watch, told, pass } = world(regimesByLooking({ clock, logger: quiet, open }), memoryDocumentStore(), clock);
    await settle();
    expect(watch.states()).toEqual([]);
    const store = sqliteDocumentStore({ file });
    onTestFinished(() => store.close());
    const write = (snapshot: RegimeSnapshot) =>
      store.transaction(async (tx) => {
        tx.create(`regime/${snapshot.boundary}`, snapshot);
        tx.set('regime/latest', snapshot);
      });
    await write(at('00'));
    await write(at('04', { regime: 'trending' }));
    await pass(60_000);
    expect(watch.transitions()).toHaveLength(1);
    told.length = 0;
    await write(at('08', { regime: 'highvol' }));
    // More than one page of older ones.
    const older = Date.parse('2026-10-01T00:00:00Z');
    for (let n = 0; n < 60; n++) await write(snapshotOf(boundaryText(older + n * BOUNDARY_MS)));
    await pass(60_000);
    expect(
      watch
        .states()
        .map(({ regime }) => regime)
        .slice(-3),
    ).toEqual(['choppy', 'trending', 'highvol']);
    expect(watch.states()).toHaveLength(63);
    expect(told).toMatchObject([{ from: 'trending', to: 'highvol' }]);
    const late = world(regimesByLooking({ clock, logger: quiet, open }), memoryDocumentStore(), clock);
    await settle();
    expect([late.watch.states().length, late.told]).toEqual([63, []]);
  });

  it('may be damaged without ending the watch', async () => {
    const broken = { list: async () => [{ id: '2026-11-01T04:00:00Z', data: { regime: 'bull' } }], close: () => undefined };
    const clock = manualClock(NOW);
    const { watch, pass } = world(regimesByLooking({ clock, logger: quiet, open: () => broken }), memoryDocumentStore(), clock);
    await pass(120_000);
    expect(watch.states()).toEqual([]);
  });
});
