import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryDocumentStore } from '#shared/adapters/memory/document-store.ts';
import { WORKER_PATHS } from '#shared/contracts/names.ts';
import { availability, type ProbeHistory, withProbe } from '#shared/supervision/availability.ts';
import {
  appendContinuity,
  continuityRecords,
  driftOf,
  latestContinuity,
  type UnlinkedContinuity,
} from '#shared/supervision/continuity-log.ts';
import { brokenLink, CHAIN_START, recordHash } from '#shared/supervision/hash-chain.ts';

/** The vector of quant spec §10. */
const VECTOR: UnlinkedContinuity = {
  availability: { ok_probes: 60, pct: '100.00', total_probes: 60, window_h: 24 },
  build: { git_sha: 'abc1234', image_digest: '', version: '0.1.0' },
  components: {},
  config_hash: '',
  instance_id: 'w-1',
  lease_epoch: 1,
  phase: 'p1',
  schema_hash: '',
  sources: [],
  started_at: 1_767_222_000_000,
  status: 'active',
  ts: 1_767_225_600_000,
  uptime_s: 3_600,
};

describe('the continuity log', () => {
  it('begins with the record of the spec, byte for byte', async () => {
    const store = memoryDocumentStore();
    const record = await appendContinuity(store, VECTOR);
    expect(record.prev_hash).toBe(CHAIN_START);
    expect(record.hash).toBe('22d507a04d2704c9343abb3795cd3e27b4184cd82cc1980a59a79a6cdea402e6');
    expect(await latestContinuity(store)).toEqual(record);
  });

  it('chains every record to the one before, and shows one that was changed or taken out', async () => {
    const store = memoryDocumentStore();
    for (let i = 0; i < 5; i++) await appendContinuity(store, { ...VECTOR, ts: VECTOR.ts + i, uptime_s: i });
    const records = await continuityRecords(store, 100);
    expect([records.map(({ uptime_s }) => uptime_s), brokenLink(records)]).toEqual([[0, 1, 2, 3, 4], undefined]);
    const changed = records.map((record, index) => (index === 2 ? { ...record, uptime_s: 99 } : record));
    expect(brokenLink(changed)).toEqual({ index: 2, fault: 'changed' });
    const rehashed = changed.map((record, index) => (index === 2 ? { ...record, hash: recordHash(record) } : record));
    expect(brokenLink(rehashed)).toEqual({ index: 3, fault: 'gap' });
    expect(brokenLink(records.filter((_, index) => index !== 2))).toEqual({ index: 2, fault: 'gap' });
  });

  it('has no fork: two writers at once both end up in one chain', async () => {
    const store = memoryDocumentStore();
    await Promise.all([1, 2, 3, 4].map((i) => appendContinuity(store, { ...VECTOR, ts: VECTOR.ts + i, instance_id: `w-${i}` })));
    const byHash = new Map((await continuityRecords(store, 10)).map((record) => [record.prev_hash, record]));
    let length = 0;
    for (let hash = CHAIN_START; byHash.has(hash); length++) hash = byHash.get(hash)!.hash;
    expect([byHash.size, length]).toEqual([4, 4]);
  });

  it('refuses to go on from a record that cannot be read', async () => {
    const store = memoryDocumentStore();
    await store.transaction(async (tx) => tx.set(WORKER_PATHS.continuity, { schema: 'continuity/1', hash: 'x' }));
    await expect(appendContinuity(store, VECTOR)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  });

  it('tells a change of configuration or contracts under the same build, and no other', async () => {
    const record = await appendContinuity(memoryDocumentStore(), VECTOR);
    expect(driftOf(null, VECTOR)).toEqual([]);
    expect(driftOf(record, { ...VECTOR, phase: 'p2', ts: 9 })).toEqual([]);
    expect(driftOf(record, { ...VECTOR, config_hash: 'a', schema_hash: 'b' })).toEqual(['config_hash', 'schema_hash']);
    const nextBuild = { ...VECTOR.build, git_sha: 'def' };
    expect(driftOf(record, { ...VECTOR, config_hash: 'a', build: nextBuild })).toEqual([]);
  });
});

describe('availability', () => {
  const RULES = { everyMs: 15_000, windowH: 24 };

  it('is that of operations spec OV-12: 285 of 288 with one failed and two missing', () => {
    let history: ProbeHistory | null = null;
    for (let slot = 0; slot < 288; slot++) {
      if (slot === 10 || slot === 11) continue;
      history = withProbe(history, RULES, slot * RULES.everyMs + 200, slot !== 50);
    }
    expect(availability(history, RULES, 287 * RULES.everyMs + 5_000)).toEqual({
      window_h: 24,
      pct: '98.96',
      ok_probes: 285,
      total_probes: 288,
    });
  });

  it('counts what is missing as failed, also while nobody was there, and forgets after a day', () => {
    const first = withProbe(null, RULES, 0, true);
    expect(availability(first, RULES, 150_000)).toMatchObject({ ok_probes: 1, total_probes: 10, pct: '10.00' });
    expect(availability(first, RULES, 86_400_000 * 3)).toMatchObject({ ok_probes: 0, total_probes: 5_759, pct: '0.00' });
    expect(availability(null, RULES, 5)).toMatchObject({ pct: '0.00', total_probes: 0 });
  });

  it('is the share of passed periods, whatever the probes were', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.boolean()), { minLength: 1, maxLength: 200 }), (probes) => {
        let history: ProbeHistory | null = withProbe(null, RULES, 0, true);
        probes.forEach((probe, index) => {
          if (probe !== null) history = withProbe(history, RULES, (index + 1) * RULES.everyMs, probe);
        });
        const nowMs = (probes.length + 1) * RULES.everyMs;
        const passed = 1 + probes.filter((probe) => probe === true).length;
        expect(availability(history, RULES, nowMs)).toMatchObject({ ok_probes: passed, total_probes: probes.length + 1 });
      }),
    );
  });
});
