import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { regimeSnapshotSchema } from '#shared/contracts/regime-snapshot.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { RegimeJobOutcome } from '#shared/signals/regime/regime-job.ts';
import { regimeState, stateOfMessage } from '#shared/signals/regime/regime-state.ts';
import { at, away, LAB_PARAMS, labRows, type RegimeLab, regimeLab } from './regime-lab.ts';

const EIGHT = '2026-10-31T08:00:00Z';

function snapshotIn(outcome: RegimeJobOutcome) {
  if (outcome.kind === 'not_due') throw new Error('not due');
  return regimeSnapshotSchema.parse(outcome.snapshot);
}

const stored = async ({ documents }: RegimeLab, id: string) => documents.get(`regime/${id}`);
const leftOver = async ({ documents }: RegimeLab) => documents.list('regime_progress');

describe('the regime job', () => {
  it('writes the snapshot of its boundary once, moves latest and says so', async () => {
    const lab = regimeLab();
    const outcome = await lab.run(EIGHT);
    expect(outcome.kind).toBe('done');
    const snapshot = snapshotIn(outcome);
    expect(snapshot).toMatchObject({
      boundary: EIGHT,
      valid_until: '2026-10-31T12:00:00Z',
      available_at: '2026-10-31T08:02:00Z',
      venue: 'lab',
      since: EIGHT,
      is_stable: false,
      method: 'first',
      valid_symbols: { realized_vol_7d: 40, pct_above_20ma: 40, breadth_thrust: 40 },
      universe: { eligible: 40, read: 40, ranked: 40, failed: [], rejected_rows: {} },
      weights: LAB_PARAMS.params.regimes[snapshot.regime].weights,
      history: [],
      params_hash: LAB_PARAMS.sha256,
    });
    expect(snapshot.realized_vol_7d).toBeGreaterThan(0.1);
    expect(await stored(lab, EIGHT)).toEqual(snapshot);
    expect(await stored(lab, 'latest')).toEqual(snapshot);
    expect(lab.sent).toEqual([
      {
        topic: 'regime',
        data: {
          run_key: `regime-4h:${EIGHT}`,
          trace: 'trace',
          boundary: EIGHT,
          snapshot: `regime/${EIGHT}`,
          regime: snapshot.regime,
          valid_until: '2026-10-31T12:00:00Z',
          state: expect.any(String),
        },
      },
    ]);
    expect(stateOfMessage(Buffer.from(JSON.stringify(lab.sent[0]!.data)))).toEqual({ ok: true, value: regimeState(snapshot) });
    expect(await leftOver(lab)).toEqual([]);
  });

  it('changes nothing when it is delivered again, whatever the venue says by then', async () => {
    const rows = labRows(40);
    const lab = regimeLab(rows);
    const first = snapshotIn(await lab.run(EIGHT));
    rows.clear();
    expect(await lab.run(EIGHT, { nowMs: at('2026-10-31T11:00:00Z') })).toEqual({ kind: 'duplicate', snapshot: first });
    expect(lab.asked).toHaveLength(40);
    expect(lab.sent).toHaveLength(1);
    expect(await leftOver(lab)).toEqual([]);
  });

  it('gives the same snapshot whatever the order of the venue’s list and of its rows', async () => {
    const rows = [...labRows(32)];
    const expected = snapshotIn(await regimeLab(new Map(rows)).run(EIGHT));
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(rows, { minLength: rows.length }), async (shuffled) => {
        const reversed = new Map(shuffled.map(([symbol, hours]) => [symbol, hours.toReversed()]));
        expect(snapshotIn(await regimeLab(reversed).run(EIGHT))).toEqual(expected);
      }),
      { numRuns: 5 },
    );
  });

  it('is not due before the last bar may be used', async () => {
    const lab = regimeLab();
    expect(await lab.run(EIGHT, { nowMs: at(EIGHT) + 1_999 })).toEqual({ kind: 'not_due' });
    expect(lab.asked).toEqual([]);
    expect((await lab.run(EIGHT, { nowMs: at(EIGHT) + 2_000 })).kind).toBe('done');
  });

  it('says mixed with confidence 0 where fewer than thirty symbols are valid', async () => {
    const snapshot = snapshotIn(await regimeLab(labRows(29)).run(EIGHT));
    expect(snapshot).toMatchObject({
      regime: 'mixed',
      raw_regime: 'mixed',
      confidence: 0,
      votes: { trending: 0, highvol: 0, choppy: 0 },
      realized_vol_7d: null,
      pct_above_20ma: null,
      breadth_thrust: null,
      valid_symbols: { realized_vol_7d: 29 },
    });
  });

  it('tells a rising market from a calm one', async () => {
    const rising = snapshotIn(await regimeLab(labRows(40, 0.001)).run(EIGHT));
    expect(rising.pct_above_20ma).toBe(1);
    expect(rising.breadth_thrust).toBeGreaterThan(0.15);
    expect(rising.votes.trending).toBeGreaterThanOrEqual(6);
  });
});

describe('boundaries', () => {
  it('count the earlier ones, each as it was written', async () => {
    const lab = regimeLab();
    const four = snapshotIn(await lab.run('2026-10-31T04:00:00Z'));
    const eight = snapshotIn(await lab.run(EIGHT));
    expect(eight.history).toEqual([{ boundary: four.boundary, raw_regime: four.raw_regime, confidence: four.confidence }]);
    expect(eight.method).not.toBe('first');
  });

  it('may come out of order: latest does not go back, and what is written stays', async () => {
    const lab = regimeLab();
    const eight = snapshotIn(await lab.run(EIGHT));
    const four = snapshotIn(await lab.run('2026-10-31T04:00:00Z', { nowMs: at('2026-10-31T08:30:00Z') }));
    expect([four.method, four.history]).toEqual(['first', []]);
    expect(await stored(lab, 'latest')).toEqual(eight);
    expect(await stored(lab, EIGHT)).toEqual(eight);
    expect(lab.sent.map(({ data }) => data.boundary)).toEqual([EIGHT, '2026-10-31T04:00:00Z']);
    const twelve = snapshotIn(await lab.run('2026-10-31T12:00:00Z'));
    expect(twelve.history.map(({ boundary }) => boundary)).toEqual(['2026-10-31T04:00:00Z', EIGHT]);
  });

  it('go on with the regime in force after a pause that is longer than what is counted', async () => {
    const lab = regimeLab();
    const before = snapshotIn(await lab.run('2026-10-25T00:00:00Z'));
    const after = snapshotIn(await lab.run(EIGHT));
    expect(after.history).toEqual([]);
    expect(after.method).not.toBe('first');
    // Out of order as well: the newest before it counts, not the newest of all.
    const between = snapshotIn(await lab.run('2026-10-27T00:00:00Z'));
    expect(between.method).not.toBe('first');
    if (between.method === 'held') expect([between.regime, between.since]).toEqual([before.regime, before.since]);
  });
});

describe('an interrupted regime job', () => {
  it('goes on where the time ran out, and writes what it would have written', async () => {
    const expected = snapshotIn(await regimeLab().run(EIGHT));
    const lab = regimeLab();
    const time = new AbortController();
    lab.failure = () => {
      if (lab.asked.length === 31) time.abort(new LivepoolError('BUDGET_SPENT', 'transient', 'time is up'));
      return undefined;
    };
    await expect(lab.run(EIGHT, { signal: time.signal })).rejects.toMatchObject({ code: 'BUDGET_SPENT' });
    expect(await stored(lab, EIGHT)).toBeNull();
    lab.failure = () => undefined;
    const asked = lab.asked.length;
    expect(snapshotIn(await lab.run(EIGHT))).toEqual(expected);
    expect(lab.asked.length - asked).toBe(40 - 30);
    expect(await leftOver(lab)).toEqual([]);
  });

  it('keeps what it read when the venue goes away, and asks for another try', async () => {
    const lab = regimeLab();
    lab.failure = () => (lab.asked.length > 10 ? away() : undefined);
    await expect(lab.run(EIGHT)).rejects.toMatchObject({ code: 'VENUE_UNAVAILABLE', kind: 'transient' });
    expect(lab.asked).toHaveLength(15);
    lab.failure = () => undefined;
    await lab.run(EIGHT);
    expect(lab.asked).toHaveLength(15 + 30);
  });

  it('begins anew under other parameters', async () => {
    const lab = regimeLab();
    lab.failure = () => (lab.asked.length > 10 ? away() : undefined);
    await expect(lab.run(EIGHT)).rejects.toThrow('away');
    lab.failure = () => undefined;
    await lab.run(EIGHT, { params: { ...LAB_PARAMS, sha256: 'f'.repeat(64) } });
    expect(lab.asked).toHaveLength(15 + 40);
  });

  it('announces what is written when the message was lost', async () => {
    const lab = regimeLab();
    lab.lostMessages = 1;
    await expect(lab.run(EIGHT)).rejects.toThrow('the bus is away');
    expect(await stored(lab, EIGHT)).not.toBeNull();
    expect((await lab.run(EIGHT)).kind).toBe('done');
    expect(lab.sent).toHaveLength(1);
    expect((await lab.run(EIGHT)).kind).toBe('duplicate');
    expect(lab.sent).toHaveLength(1);
  });

  it('is written by one of two that run at once', async () => {
    const lab = regimeLab();
    const outcomes = await Promise.all([lab.run(EIGHT), lab.run(EIGHT, { nowMs: at(EIGHT) + 180_000 })]);
    const [one, other] = outcomes.map(snapshotIn);
    expect(one).toEqual(other);
    expect(await stored(lab, EIGHT)).toEqual(one);
    expect(lab.sent.length).toBeGreaterThanOrEqual(1);
    expect(await leftOver(lab)).toEqual([]);
  });
});

describe('what cannot be read', () => {
  it('of single symbols is named and counts for nothing', async () => {
    const lab = regimeLab();
    lab.failure = (symbol) => (['S03USDT', 'S11USDT'].includes(symbol) ? away() : undefined);
    const snapshot = snapshotIn(await lab.run(EIGHT));
    expect(snapshot.universe).toMatchObject({
      read: 38,
      failed: [
        { symbol: 'S03USDT', reason: 'VENUE_UNAVAILABLE: the venue is away' },
        { symbol: 'S11USDT', reason: 'VENUE_UNAVAILABLE: the venue is away' },
      ],
    });
    expect(snapshot.valid_symbols.realized_vol_7d).toBe(38);
  });

  it('is said at once where the venue answers nobody, or may not be asked', async () => {
    const lab = regimeLab();
    lab.failure = () => new LivepoolError('VENUE_ERROR', 'terminal', 'bad request');
    await expect(lab.run(EIGHT)).rejects.toMatchObject({ code: 'VENUE_ERROR' });
    expect(lab.asked).toHaveLength(5);
    lab.failure = () => new LivepoolError('VENUE_REFUSED', 'terminal', 'not this host');
    await expect(lab.run(EIGHT)).rejects.toMatchObject({ code: 'VENUE_REFUSED' });
    expect(await lab.documents.list('regime')).toEqual([]);
  });

  it('of bad rows leaves holes and is counted by reason', async () => {
    const rows = labRows(40);
    const bad = rows.get('S07USDT')!;
    const slot = bad.findIndex(({ openTimeMs }) => openTimeMs === at(EIGHT) - 3_600_000);
    bad[slot] = { ...bad[slot]!, high: 1 };
    bad[slot - 1] = { ...bad[slot - 1]!, volume: -1 };
    const snapshot = snapshotIn(await regimeLab(rows).run(EIGHT));
    expect(snapshot.universe.rejected_rows).toEqual({ ohlc_inconsistent: 1, value_invalid: 1 });
    expect(snapshot.valid_symbols).toEqual({ realized_vol_7d: 39, pct_above_20ma: 39, breadth_thrust: 39 });
  });
});

describe('the shortlist', () => {
  const small = (shortlist: number, size: number) => ({
    params: { ...LAB_PARAMS.params, universe: { ...LAB_PARAMS.params.universe, shortlist, size, min_valid: 1 } },
    sha256: LAB_PARAMS.sha256,
  });

  it('holds the most traded of a long list, and the universe the best of those by their own days', async () => {
    const volumes = new Map([...labRows(40).keys()].map((symbol, i) => [symbol, i]));
    const lab = regimeLab(labRows(40), volumes);
    const snapshot = snapshotIn(await lab.run(EIGHT, { params: small(12, 5) }));
    expect(lab.asked.toSorted()).toEqual([...volumes.keys()].slice(-12).toSorted());
    expect(snapshot.universe).toMatchObject({ eligible: 40, read: 12, ranked: 12 });
    expect(snapshot.universe.symbols).toHaveLength(5);
  });

  it('leaves out what the venue states no volume of', async () => {
    const lab = regimeLab(labRows(40), new Map([['S05USDT', 7]]));
    await lab.run(EIGHT, { params: small(12, 5) });
    expect(lab.asked).toEqual(['S05USDT']);
  });
});
