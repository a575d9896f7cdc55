import { describe, expect, it, onTestFinished } from 'vitest';
import { type ManualClock, manualClock } from '#shared/adapters/memory/clock.ts';
import { memoryDocumentStore } from '#shared/adapters/memory/document-store.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import type { HttpAnswer } from '#shared/ports/http-handler.ts';
import { continuityRecords } from '#shared/supervision/continuity-log.ts';
import { brokenLink } from '#shared/supervision/hash-chain.ts';
import { ContinuityKeeper } from '../../../functions/worker/continuity-keeper.ts';
import type { Observation } from '../../../functions/worker/observer.ts';
import { turn } from '../../quant/service/ticker-world.ts';
import { WORKER_PARAMS } from '../../supervision/worker-params.ts';

const START_MS = 1_767_225_600_000;
const IDENTITY = {
  version: '0.1.0',
  sourceRevision: '',
  environment: 'local',
  mode: 'paper',
  market: 'sim',
  venueProfile: 'us_strict',
  instanceId: 'w-1',
  startedMs: START_MS,
} as const;

/** A keeper over a store that can be away, on a clock that is moved by hand. */
class World {
  readonly clock: ManualClock = manualClock(START_MS);
  readonly logs: string[] = [];
  readonly #kept = memoryDocumentStore();
  readonly keeper: ContinuityKeeper;
  away: LivepoolError | null = null;
  probes = 0;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor() {
    const log = (event: string): void => void this.logs.push(event);
    const verdict = { status: 'ok', line: 'OK', findings: [] } as const;
    this.keeper = new ContinuityKeeper({
      clock: this.clock,
      logger: { info: log, notice: log, warn: log, error: log },
      store: this.#sometimes(),
      params: WORKER_PARAMS.continuity,
      retention: WORKER_PARAMS.retention,
      identity: IDENTITY,
      imageDigest: '',
      configHash: () => '',
      acceptedHashes: async () => new Set(),
      schemaHash: '',
      observe: () => ({ verdict, components: [] }) as unknown as Observation,
      isRecovering: () => false,
      sources: () => [],
      probe: async () => {
        this.probes += 1;
        return true;
      },
      authority: async () => ({ ok: true, value: { operator: 'ann', nonce: 'n' } }) as never,
    });
  }

  /** Begins; what `run` ended with, null while it runs. */
  begin(): { error: unknown } {
    const ended: { error: unknown } = { error: null };
    this.#running = this.keeper.run(this.#stop.signal).catch((error: unknown) => {
      ended.error = error;
    });
    onTestFinished(async () => {
      this.#stop.abort();
      await this.#running;
    });
    return ended;
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left >= 0; left -= 500) {
      for (let i = 0; i < 8; i++) await turn();
      this.clock.advance(Math.min(500, left));
    }
  }

  records() {
    return continuityRecords(this.#kept, 100);
  }

  /** What a signed `POST` is answered. */
  async ask(): Promise<HttpAnswer | undefined> {
    const path = '/api/system/continuity';
    return this.keeper.route({ method: 'POST', path, query: new URLSearchParams(), headers: {}, body: '' });
  }

  #sometimes(): DocumentStore {
    const kept = this.#kept;
    const here = <T>(work: () => Promise<T>): Promise<T> => (this.away === null ? work() : Promise.reject(this.away));
    return {
      ...kept,
      get: (path) => here(() => kept.get(path)),
      list: (path, options) => here(() => kept.list(path, options)),
      transaction: (work) => here(() => kept.transaction(work)),
    };
  }
}

const full = () => new LivepoolError('STORE_UNAVAILABLE', 'transient', 'database or disk is full');

describe('the keeper of continuity', () => {
  it('outlives a store that is away, goes on probing, says so once, and goes on with the same chain', async () => {
    const world = new World();
    const ended = world.begin();
    await world.pass(20_000);
    world.away = full();
    await world.pass(120_000);
    const { findings, measured } = world.keeper.health();
    expect(findings).toEqual([{ area: 'store', level: 'degraded', reason: 'continuity_unavailable' }]);
    expect(measured.failed_writes_total).toBeGreaterThan(5);
    expect([world.probes >= 9, world.logs.filter((event) => event === 'continuity.unwritten')]).toEqual([
      true,
      ['continuity.unwritten'],
    ]);
    world.away = null;
    await world.pass(10_000);
    const records = await world.records();
    expect([ended.error, world.keeper.health().findings, brokenLink(records)]).toEqual([null, [], undefined]);
    const { availability, ts } = records.at(-1)!;
    expect(ts).toBeGreaterThan(START_MS + 135_000);
    expect([availability.pct, availability.ok_probes >= 9]).toEqual(['100.00', true]);
  });

  it('begins while the store is away, and joins its probes to those of the process before', async () => {
    const world = new World();
    world.away = full();
    const ended = world.begin();
    await world.pass(60_000);
    expect([ended.error, await world.records(), world.probes >= 4]).toEqual([null, [], true]);
    world.away = null;
    await world.pass(6_000);
    expect((await world.records()).at(-1)!.availability.ok_probes).toBeGreaterThanOrEqual(4);
  });

  it('answers 503 at once when a record that is wanted cannot be written, and 201 when it can', async () => {
    const world = new World();
    world.begin();
    await world.pass(1_000);
    world.away = full();
    const refused = world.ask();
    await world.pass(1_000);
    expect(await refused).toMatchObject({ status: 503, body: { error: { message: 'database or disk is full' } } });
    world.away = null;
    const written = world.ask();
    await world.pass(1_000);
    expect(await written).toMatchObject({ status: 201, body: { schema: 'continuity/1' } });
  });

  it('answers 503 after ten seconds when nobody writes, and at once when the writer crashes', async () => {
    const world = new World();
    const late = world.ask();
    await world.pass(11_000);
    expect(await late).toMatchObject({ status: 503, body: { error: { message: 'no record was written within 10 s' } } });
    const ended = world.begin();
    await world.pass(1_000);
    world.away = new LivepoolError('INVARIANT', 'bug', 'broken');
    const asked = world.ask().catch((error: unknown) => error);
    await world.pass(1_000);
    expect([await asked, ended.error]).toEqual([world.away, world.away]);
  });
});
