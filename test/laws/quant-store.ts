import { describe, expect, it } from 'vitest';
import type { QuantSummaryRow } from '#shared/contracts/quant-rows.ts';
import type { QuantSignal } from '#shared/contracts/quant-signal.ts';
import type { QuantAlert } from '#shared/contracts/quant-stream.ts';
import type { QuantCommit, QuantStore } from '#shared/ports/quant-store.ts';

type Make = () => QuantStore | Promise<QuantStore>;

const START = 1_767_225_600_000;
const TICK = 15_000;
const TTL = 45_000;
const PAGE = 16;

/** The laws of QuantStore; `makeStore` gives an empty store each time. */
export function quantStoreLaws(name: string, makeStore: Make): void {
  describe(`${name} keeps the laws of QuantStore`, () => {
    commitLaws(makeStore);
    leaseLaws(makeStore);
    outboxLaws(makeStore);
    alertLaws(makeStore);
    signalLaws(makeStore);
    retentionLaws(makeStore);
  });
}

/** A commit of tick `n` in which every table says `n`. */
export function tickCommit(n: number, over: Partial<QuantCommit> = {}): QuantCommit {
  const tickTs = START + n * TICK;
  return {
    tickTs,
    commitId: `id-${n}`,
    nowMs: tickTs,
    leaseUntilMs: tickTs + TTL,
    summary: [summaryRow('BTC-USD', tickTs), summaryRow('ETH-USD', tickTs)],
    layouts: { layout: '{"what":"it is"}' },
    features: ['BTC-USD', 'ETH-USD'].map((symbol) => ({
      symbol,
      tickTs,
      revision: 0,
      layout: 'layout',
      bytes: Uint8Array.of(n, 255 - n),
    })),
    state: statePages('engine', 3, n === 0 ? [0, 1, 2] : [n % 3], n),
    alertState: `{"n":${n}}`,
    raised: [],
    cleared: [],
    signals: [],
    outbox: `{"n":${n}}`,
    ...over,
  };
}

function statePages(engineKey: string, pages: number, changed: readonly number[], fill: number): QuantCommit['state'] {
  const pieces = changed.map((page) => ({ page, bytes: new Uint8Array(PAGE).fill(fill + 1) }));
  return { engineKey, totalBytes: pages * PAGE, pageBytes: PAGE, pages: pieces };
}

function summaryRow(symbol: string, tickTs: number): QuantSummaryRow {
  return { symbol, timeframe: '1m', tick_ts: tickTs, revision: 0, oi_z: -0.1, venues: ['gate'] } as unknown as QuantSummaryRow;
}

function alert(id: string, n: number, cleared: number | null = null): QuantAlert {
  return { id, raised_at: START + n * TICK, cleared_at: cleared } as unknown as QuantAlert;
}

function signal(n: number, to: QuantSignal['to'], over: Partial<QuantSignal> = {}): QuantSignal {
  const own = { kind: 'bias', symbol: 'BTC-USD', timeframe: '1m', ...over } as const;
  const tick_ts = START + n * TICK;
  const id = `${own.kind}:${own.symbol}:${own.timeframe}@${tick_ts}`;
  return { id, from: 'neutral', to, score: 0.4, coverage: 1, tick_ts, evidence: '', ...own };
}

async function lead(store: QuantStore, holder = 'a', nowMs = START): Promise<number> {
  const lease = await store.acquire(holder, nowMs, TTL);
  if (!lease.ok) throw new Error(`${holder} does not get the lease`);
  return lease.value.token;
}

/** More than any store here holds. */
const ROOM = 1e9;

function every(store: QuantStore, symbol = 'BTC-USD') {
  return store.features({ symbol, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, offset: 0, limit: 1000 });
}

function commitLaws(makeStore: Make): void {
  it('is empty at first', async () => {
    const store = await makeStore();
    expect([await store.committed(), await store.summary(), await store.unsent(0, 10)]).toEqual([null, [], []]);
    expect(await every(store)).toEqual({ blocks: [], total: 0 });
    expect(await store.layout('layout')).toBeNull();
    expect(await store.status()).toMatchObject({ lastTickTs: null, features: 0, unsent: 0, oldestUnsentTs: null, lease: null });
  });

  it('gives back a tick from every table, and pages of state over those before', async () => {
    const store = await makeStore();
    const token = await lead(store);
    for (const n of [0, 1, 2, 4]) await store.commit(token, tickCommit(n));
    const state = await store.committed();
    expect(state).toMatchObject({ engineKey: 'engine', tickTs: START + 4 * TICK, commitId: 'id-4', alertState: '{"n":4}' });
    expect([0, 1, 2].map((page) => state!.bytes[page * PAGE])).toEqual([1, 5, 3]);
    expect(await store.summary()).toEqual(tickCommit(4).summary);
    expect(await store.layout('layout')).toBe('{"what":"it is"}');
    const { blocks, total } = await every(store);
    expect([total, blocks.map(({ tickTs }) => (tickTs - START) / TICK)]).toEqual([4, [0, 1, 2, 4]]);
    expect(Uint8Array.from(blocks[3]!.bytes)).toEqual(Uint8Array.of(4, 251));
    const page = await store.features({ symbol: 'ETH-USD', fromMs: START, toMs: START + 4 * TICK, offset: 1, limit: 1 });
    expect([page.total, page.blocks.map(({ tickTs }) => tickTs)]).toEqual([3, [START + TICK]]);
  });

  it('takes the same tick again without a change, and no other that does not follow', async () => {
    const store = await makeStore();
    const token = await lead(store);
    await store.commit(token, tickCommit(0));
    await store.commit(token, tickCommit(1));
    await store.commit(token, tickCommit(1));
    expect((await every(store)).total).toBe(2);
    expect((await store.unsent(0, 10)).length).toBe(2);
    for (const wrong of [tickCommit(1, { commitId: 'other' }), tickCommit(0)]) {
      await expect(store.commit(token, wrong)).rejects.toMatchObject({ code: 'QUANT_TICK_CONFLICT' });
    }
    expect(await store.committed()).toMatchObject({ commitId: 'id-1' });
  });

  it('replaces everything of another engine, and wants its whole state', async () => {
    const store = await makeStore();
    const token = await lead(store);
    await store.commit(token, tickCommit(0));
    const part = tickCommit(1, { state: statePages('other', 3, [1], 1) });
    await expect(store.commit(token, part)).rejects.toMatchObject({ code: 'QUANT_TICK_CONFLICT' });
    const summary = [summaryRow('SOL-USD', START + TICK)];
    await store.commit(token, tickCommit(1, { state: statePages('other', 2, [0, 1], 8), summary }));
    expect(await store.summary()).toEqual(summary);
    expect((await store.committed())!.bytes).toEqual(new Uint8Array(2 * PAGE).fill(9));
  });

  it('shares no memory with its callers', async () => {
    const store = await makeStore();
    const token = await lead(store);
    const commit = tickCommit(0);
    await store.commit(token, commit);
    commit.features[0]!.bytes.fill(7);
    commit.state.pages[0]!.bytes.fill(7);
    expect((await every(store)).blocks[0]!.bytes[1]).toBe(255);
    expect((await store.committed())!.bytes[0]).toBe(1);
  });
}

function leaseLaws(makeStore: Make): void {
  it('grants the lease to one holder at a time, with a rising token', async () => {
    const store = await makeStore();
    const token = await lead(store, 'a');
    const refused = await store.acquire('b', START + TTL - 1, TTL);
    expect(refused).toEqual({ ok: false, error: { holder: 'a', token, expiresAtMs: START + TTL } });
    expect(await lead(store, 'b', START + TTL)).toBe(token + 1);
    await store.release(token);
    expect((await store.acquire('a', START + TTL, TTL)).ok).toBe(false);
    await store.release(token + 1);
    expect(await lead(store, 'a', START + TTL)).toBe(token + 2);
    expect(await lead(store, 'a', START + TTL)).toBe(token + 3);
  });

  it('prolongs the lease by a commit', async () => {
    const store = await makeStore();
    const token = await lead(store, 'a');
    await store.commit(token, tickCommit(0, { leaseUntilMs: START + 2 * TICK + TTL }));
    expect((await store.acquire('b', START + 2 * TICK + TTL - 1, TTL)).ok).toBe(false);
    expect((await store.status()).lease).toEqual({ holder: 'a', token, expiresAtMs: START + 2 * TICK + TTL });
  });

  it('refuses every write of a writer whose lease passed on, and changes nothing', async () => {
    const store = await makeStore();
    const late = await lead(store, 'a');
    await store.commit(late, tickCommit(0));
    const token = await lead(store, 'b', START + TTL);
    const before = [await store.committed(), await every(store), await store.status()];
    await expect(store.commit(late, tickCommit(1))).rejects.toMatchObject({ code: 'QUANT_LEASE_LOST', kind: 'terminal' });
    await expect(store.commit(late, tickCommit(0))).rejects.toMatchObject({ code: 'QUANT_LEASE_LOST' });
    await expect(store.commit(token + 1, tickCommit(1))).rejects.toMatchObject({ code: 'QUANT_LEASE_LOST' });
    const after = START * 2;
    const nothing = { featuresBeforeMs: after, alertsBeforeMs: after, signalsBeforeMs: after, sentBeforeMs: after, mostBytes: 0 };
    await expect(store.prune(late, nothing)).rejects.toMatchObject({ code: 'QUANT_LEASE_LOST' });
    expect([await store.committed(), await every(store), await store.status()]).toEqual(before);
    await store.commit(token, tickCommit(1));
    expect((await every(store)).total).toBe(2);
  });

  it('refuses a commit of nobody', async () => {
    const store = await makeStore();
    await expect(store.commit(1, tickCommit(0))).rejects.toMatchObject({ code: 'QUANT_LEASE_LOST' });
  });
}

function outboxLaws(makeStore: Make): void {
  it('keeps what was not told, in order, and numbers rows for ever', async () => {
    const store = await makeStore();
    const token = await lead(store);
    for (const n of [0, 1, 2]) await store.commit(token, tickCommit(n));
    const [first, second, third] = await store.unsent(0, 10);
    expect([first, second, third]).toEqual(
      [0, 1, 2].map((n) => ({ seq: first!.seq + n, tickTs: START + n * TICK, payload: `{"n":${n}}` })),
    );
    expect(await store.unsent(first!.seq, 1)).toEqual([second]);
    await store.markSent([first!.seq, second!.seq], START);
    expect(await store.unsent(0, 10)).toEqual([third]);
    const backlog = { unsent: 1, oldestUnsentTs: START + 2 * TICK };
    expect(await store.backlog()).toEqual(backlog);
    expect(await store.status()).toMatchObject({ outbox: 3, features: 6, ...backlog });
    await store.markSent([third!.seq], START);
    await store.prune(token, {
      featuresBeforeMs: 0,
      alertsBeforeMs: 0,
      signalsBeforeMs: 0,
      sentBeforeMs: START + 1,
      mostBytes: ROOM,
    });
    expect((await store.status()).outbox).toBe(0);
    await store.commit(token, tickCommit(3));
    expect((await store.unsent(0, 10))[0]!.seq).toBe(third!.seq + 1);
  });
}

function alertLaws(makeStore: Make): void {
  it('keeps alerts newest first, with who saw them, also when they clear', async () => {
    const store = await makeStore();
    const token = await lead(store);
    await store.commit(token, tickCommit(0, { raised: [alert('x', 0)] }));
    await store.commit(token, tickCommit(1, { raised: [alert('y', 1), alert('z', 1)] }));
    expect(await store.markAlert('nobody', { kind: 'ack', by: 'ann', atMs: START })).toBeNull();
    await store.markAlert('x', { kind: 'ack', by: 'ann', atMs: START + 5 });
    const snoozed = await store.markAlert('x', { kind: 'snooze', by: 'ann', atMs: START + 6, untilMs: START + 60 });
    const seen = { ackedBy: 'ann', ackedAtMs: START + 5, snoozedUntilMs: START + 60 };
    expect(snoozed).toEqual({ alert: alert('x', 0), ...seen });
    await store.commit(token, tickCommit(2, { cleared: [alert('x', 0, START + 2 * TICK)] }));
    const { alerts, total } = await store.alerts(2, 1);
    expect([total, alerts.map(({ alert: { id } }) => id)]).toEqual([3, ['y', 'x']]);
    expect(alerts[1]).toEqual({ alert: alert('x', 0, START + 2 * TICK), ...seen });
  });
}

function signalLaws(makeStore: Make): void {
  it('gives the newest signal of each symbol and timeframe, newest first', async () => {
    const store = await makeStore();
    expect(await store.latestSignals()).toEqual([]);
    const token = await lead(store);
    const eth = signal(1, 'short', { symbol: 'ETH-USD' });
    const hour = signal(1, 'long', { timeframe: '1h' });
    await store.commit(token, tickCommit(0));
    await store.commit(token, tickCommit(1, { signals: [signal(1, 'long'), eth, hour] }));
    await store.commit(token, tickCommit(2));
    expect(await store.latestSignals()).toEqual([hour, signal(1, 'long'), eth]);
    await store.commit(token, tickCommit(3, { signals: [signal(3, 'neutral')] }));
    await store.commit(token, tickCommit(3, { signals: [signal(3, 'neutral')] }));
    expect(await store.latestSignals()).toEqual([signal(3, 'neutral'), hour, eth]);
    expect((await store.status()).signals).toBe(4);
  });

  it('shows no signal of a commit that was refused', async () => {
    const store = await makeStore();
    const late = await lead(store, 'a');
    await lead(store, 'b', START + TTL);
    const refused = store.commit(late, tickCommit(0, { signals: [signal(0, 'long')] }));
    await expect(refused).rejects.toMatchObject({ code: 'QUANT_LEASE_LOST' });
    expect([await store.latestSignals(), (await store.status()).signals]).toEqual([[], 0]);
  });
}

function retentionLaws(makeStore: Make): void {
  it('deletes what is older than asked, and nothing that was not told', async () => {
    const store = await makeStore();
    const token = await lead(store);
    for (const n of [0, 1, 2]) await store.commit(token, tickCommit(n, { raised: [alert(`a${n}`, n)], signals: signalsOf(n) }));
    const second = START + TICK;
    await store.prune(token, {
      featuresBeforeMs: second,
      alertsBeforeMs: second,
      signalsBeforeMs: second,
      sentBeforeMs: START * 2,
      mostBytes: ROOM,
    });
    expect((await every(store)).total).toBe(2);
    expect((await store.status()).features).toBe(4);
    expect((await store.alerts(10, 0)).total).toBe(2);
    expect((await store.status()).signals).toBe(3);
    expect((await store.latestSignals()).map(({ tick_ts: at }) => (at - START) / TICK)).toEqual([2, 0]);
    expect((await store.unsent(0, 10)).length).toBe(3);
    expect(await store.committed()).toMatchObject({ tickTs: START + 2 * TICK });
  });

  it('makes room by the oldest features and told rows alone', async () => {
    const store = await makeStore();
    const token = await lead(store);
    const wide = (n: number) => [
      { symbol: 'BTC-USD', tickTs: START + n * TICK, revision: 0, layout: 'layout', bytes: new Uint8Array(9_000) },
    ];
    for (let n = 0; n < 60; n++) {
      await store.commit(token, tickCommit(n, { features: wide(n), signals: signalsOf(n), raised: [alert(`a${n}`, n)] }));
      const [row] = await store.unsent(0, 1);
      if (n < 50) await store.markSent([row!.seq], START + n * TICK);
    }
    const before = await store.status();
    const mostBytes = Math.round(before.bytes * 0.6);
    await store.prune(token, { featuresBeforeMs: 0, alertsBeforeMs: 0, signalsBeforeMs: 0, sentBeforeMs: 0, mostBytes });
    const after = await store.status();
    expect(after.bytes).toBeLessThanOrEqual(mostBytes);
    const { blocks } = await every(store);
    expect(blocks.length).toBeGreaterThan(20);
    expect(blocks.at(-1)!.tickTs).toBe(START + 59 * TICK);
    expect(blocks[0]!.tickTs).toBe(START + (60 - blocks.length) * TICK);
    expect(after).toMatchObject({ unsent: 10, alerts: before.alerts, signals: before.signals });
    expect(await store.committed()).toMatchObject({ tickTs: START + 59 * TICK });
  });

  it('keeps state and what was not told, whatever the room', async () => {
    const store = await makeStore();
    const token = await lead(store);
    for (const n of [0, 1, 2]) await store.commit(token, tickCommit(n));
    await store.prune(token, { featuresBeforeMs: 0, alertsBeforeMs: 0, signalsBeforeMs: 0, sentBeforeMs: 0, mostBytes: 0 });
    expect((await every(store)).total).toBe(0);
    expect((await store.unsent(0, 10)).length).toBe(3);
    expect(await store.committed()).toMatchObject({ tickTs: START + 2 * TICK });
  });
}

/** One label changes at every tick, the other at the first alone. */
function signalsOf(n: number): readonly QuantSignal[] {
  const own = signal(n, n % 2 === 0 ? 'long' : 'neutral');
  return n === 0 ? [own, signal(0, 'short', { symbol: 'ETH-USD' })] : [own];
}
