import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { memoryDocumentStore } from '#shared/adapters/memory/document-store.ts';
import { repeatableRandom } from '#shared/adapters/memory/random.ts';
import { WORKER_PATHS } from '#shared/contracts/names.ts';
import type { RecoveryRequest } from '#shared/contracts/recovery.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { Secret } from '#shared/core/secret.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import { brokenLink } from '#shared/supervision/hash-chain.ts';
import { RecoveryDesk, type RecoveryTarget } from '#shared/supervision/recovery-desk.ts';
import { RecoveryLog } from '#shared/supervision/recovery-log.ts';
import { COMMAND_HEADERS, checkCommand, signCommand } from '#shared/supervision/signed-command.ts';
import { WORKER_PARAMS } from './worker-params.ts';

const START_MS = 1_767_225_600_000;
const KEY = new Secret('a'.repeat(64));

/** Two components: one comes back at once, the other never shows fresh data. */
class World {
  readonly clock = manualClock(START_MS);
  readonly done: string[] = [];
  readonly told: string[] = [];
  readonly log: RecoveryLog;
  readonly desk: RecoveryDesk;
  #keys = 0;

  constructor(store: DocumentStore = memoryDocumentStore()) {
    const quiet = () => undefined;
    this.log = new RecoveryLog(store);
    this.desk = new RecoveryDesk({
      clock: this.clock,
      random: repeatableRandom('recovery'),
      logger: { info: quiet, notice: quiet, warn: quiet, error: quiet },
      store,
      log: this.log,
      params: WORKER_PARAMS.recovery,
      targets: { ws_manager: this.#target('ws_manager', true), quant_engine: this.#target('quant_engine', false) },
      onStep: ({ component, step }) => void this.told.push(`${component} ${step}`),
    });
  }

  /** Asks for a recovery under a fresh key, and gives it time to happen. */
  async ask(component: RecoveryRequest['component'], more: Partial<RecoveryRequest> = {}, nonce: string | null = null) {
    this.#keys += 1;
    const request = { component, reason: 'drill', idempotency_key: `k-${this.#keys}`, ...more };
    return this.desk.request({ request, by: 'ann', nonce });
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 250) {
      await turns();
      this.clock.advance(Math.min(250, left));
    }
    await turns();
  }

  #target(name: string, comesBack: boolean): RecoveryTarget {
    return {
      steps: [
        ['stop', async (venue) => void this.done.push(`${name} stop ${venue}`)],
        ['reconnect', async (venue) => void this.done.push(`${name} reconnect ${venue}`)],
      ],
      isFresh: () => comesBack,
    };
  }
}

async function turns(): Promise<void> {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
}

describe('the recovery desk', () => {
  it('does one step after the other, proves it by fresh data, and keeps a chained log', async () => {
    const world = new World();
    const begun = await world.ask('ws_manager', { venue: 'gate' });
    await world.pass(1_000);
    expect(world.done).toEqual(['ws_manager stop gate', 'ws_manager reconnect gate']);
    const steps = await world.log.newest(10);
    expect(steps.map(({ step }) => step)).toEqual(['requested', 'stop', 'reconnect', 'verify', 'recovered']);
    expect(steps[0]).toMatchObject({ seq: 1, venue: 'gate', detail: 'ann: drill' });
    expect(begun).toEqual({ ok: true, value: { recoveryId: steps[0]!.id } });
    expect(brokenLink(steps)).toBeUndefined();
    expect(world.told.at(-1)).toBe('ws_manager recovered');
  });

  it('fails when no fresh data come within thirty seconds, and not before', async () => {
    const world = new World();
    await world.ask('quant_engine');
    await world.pass(29_000);
    expect(world.told.at(-1)).toBe('quant_engine verify');
    await world.pass(2_000);
    expect((await world.log.newest(1))[0]).toMatchObject({ step: 'failed', detail: 'no fresh data within 30 s' });
  });

  it('takes all of them in the order of the spec, and only those that run here', async () => {
    const world = new World();
    await world.ask('all');
    await world.pass(40_000);
    expect(world.told.filter((line) => line.endsWith('requested'))).toEqual(['ws_manager requested', 'quant_engine requested']);
    expect(await world.ask('db_writer')).toMatchObject({ ok: false, error: { code: 'RECOVERY_UNKNOWN' } });
  });

  it('answers the same key with the same recovery, and does it once', async () => {
    const world = new World();
    const first = await world.ask('ws_manager', { idempotency_key: 'same' });
    await world.pass(1_000);
    expect(await world.ask('ws_manager', { idempotency_key: 'same' })).toEqual(first);
    await world.pass(1_000);
    expect(world.done).toHaveLength(2);
  });

  it('recovers a component once at a time, not again for a minute, and five times an hour', async () => {
    const world = new World();
    await world.ask('quant_engine');
    expect(await world.ask('quant_engine')).toMatchObject({ ok: false, error: { code: 'RECOVERY_BUSY' } });
    await world.pass(40_000);
    expect(await world.ask('quant_engine')).toMatchObject({ ok: false, error: { code: 'RECOVERY_TOO_SOON' } });
    for (let i = 0; i < 4; i++) {
      await world.pass(100_000);
      expect(await world.ask('quant_engine')).toMatchObject({ ok: true });
    }
    await world.pass(100_000);
    expect(await world.ask('quant_engine')).toMatchObject({ ok: false, error: { code: 'RECOVERY_TOO_OFTEN' } });
    expect(await world.ask('ws_manager')).toMatchObject({ ok: true });
    await world.pass(3_600_000);
    expect(await world.ask('quant_engine')).toMatchObject({ ok: true });
  });

  it('lets a refused wish come again under its own key', async () => {
    const world = new World();
    await world.ask('ws_manager');
    await world.pass(1_000);
    expect(await world.ask('ws_manager', { idempotency_key: 'later' })).toMatchObject({ ok: false });
    await world.pass(61_000);
    expect(await world.ask('ws_manager', { idempotency_key: 'later' })).toMatchObject({ ok: true });
    await world.pass(1_000);
    expect(world.done).toHaveLength(4);
  });

  it('takes a nonce once, whatever the key', async () => {
    const world = new World();
    await world.ask('ws_manager', {}, 'nonce-nonce-nonce');
    await world.pass(100_000);
    expect(await world.ask('ws_manager', {}, 'nonce-nonce-nonce')).toMatchObject({
      ok: false,
      error: { code: 'COMMAND_REPLAYED' },
    });
  });

  it('begins nothing while the store does not answer', async () => {
    const store = memoryDocumentStore();
    const down = { ...store, transaction: () => Promise.reject(new LivepoolError('STORE_UNAVAILABLE', 'transient', 'down')) };
    const world = new World(down);
    await expect(world.ask('ws_manager', {}, 'nonce-nonce-nonce')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await world.pass(1_000);
    expect(world.done).toEqual([]);
  });
});

describe('the recovery log', () => {
  it('gives pages behind the newest line, oldest first within one, and counts what is left of it', async () => {
    const store = memoryDocumentStore();
    const log = new RecoveryLog(store);
    expect(await log.page(0, 10)).toEqual({ steps: [], total: 0 });
    const line = { id: 'r-1', component: 'db_writer', venue: null, step: 'verify', detail: '' } as const;
    for (let n = 1; n <= 5; n++) await log.append({ ...line, ts: n });
    const seqs = async (offset: number, limit: number) => {
      const { steps, total } = await log.page(offset, limit);
      return [steps.map(({ seq }) => seq), total];
    };
    expect([await seqs(0, 2), await seqs(2, 2), await seqs(4, 2), await seqs(6, 2)]).toEqual([
      [[4, 5], 5],
      [[2, 3], 5],
      [[1], 5],
      [[], 5],
    ]);
    await store.transaction(async (tx) => tx.delete(WORKER_PATHS.recoveryStep(1)));
    expect([await seqs(0, 10), await seqs(2, 10)]).toEqual([
      [[2, 3, 4, 5], 4],
      [[2, 3], 4],
    ]);
  });
});

describe('a signed command', () => {
  const command = { operator: 'ann', tsMs: START_MS, nonce: 'n'.repeat(16), path: '/admin/recover', body: '{"a":1}' };
  const request = { path: command.path, body: command.body, headers: signCommand(KEY, command) };

  it('proves who meant exactly this, within a minute', () => {
    expect(checkCommand(KEY, request, START_MS + 60_000, 60_000)).toEqual({ ok: true, value: command });
    for (const nowMs of [START_MS + 60_001, START_MS - 60_001]) {
      expect(checkCommand(KEY, request, nowMs, 60_000)).toMatchObject({ ok: false, error: { code: 'UNAUTHENTICATED' } });
    }
  });

  it('is worth nothing with another body, path, key, name, time or nonce', () => {
    const changed = (headers: object) => ({ ...request, headers: { ...request.headers, ...headers } });
    for (const other of [
      { ...request, body: '{"a":2}' },
      { ...request, path: '/admin/other' },
      changed({ [COMMAND_HEADERS.operator]: 'bob' }),
      changed({ [COMMAND_HEADERS.ts]: String(START_MS + 1) }),
      changed({ [COMMAND_HEADERS.nonce]: 'm'.repeat(16) }),
      changed({ [COMMAND_HEADERS.signature]: '0'.repeat(64) }),
      { ...request, headers: {} },
    ]) {
      expect(checkCommand(KEY, other, START_MS, 60_000).ok).toBe(false);
    }
    expect(checkCommand(new Secret('b'.repeat(64)), request, START_MS, 60_000).ok).toBe(false);
  });

  it('refuses whatever else the headers hold, and never throws', () => {
    const names = Object.values(COMMAND_HEADERS);
    const headers = fc.tuple(...names.map(() => fc.string())).map((values) => {
      return Object.fromEntries(names.map((name, index) => [name, values[index]!]));
    });
    fc.assert(
      fc.property(headers, (strange) => {
        expect(checkCommand(KEY, { ...request, headers: strange }, START_MS, 60_000).ok).toBe(false);
      }),
    );
  });
});
