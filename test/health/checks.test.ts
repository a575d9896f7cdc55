import { describe, expect, it } from 'vitest';
import { memoryDocumentStore } from '#shared/adapters/memory/document-store.ts';
import { DOCUMENT_PATHS } from '#shared/contracts/names.ts';
import { checkClock } from '#shared/health/check-clock.ts';
import { checkRights } from '#shared/health/check-rights.ts';
import { checkRuns, lastSlot } from '#shared/health/check-runs.ts';
import { watchMonth } from '#shared/health/watch-month.ts';
import type { AccessProbe, AccessTarget } from '#shared/ports/access-probe.ts';

const NOW = Date.parse('2026-12-15T12:00:00Z');
const SLOT = 'pool-monthly:20261201T031500Z';

function run(own: Record<string, string | null | Record<string, string>>) {
  return {
    logical_time: '2026-12-01T03:15:00+00:00',
    as_of: '2026-11-30',
    inputs: [],
    params_id: 'core_major',
    params_sha256: 'a'.repeat(64),
    source_revision: 'b'.repeat(40),
    seed: 1,
    stages: { collect: 'c'.repeat(64) },
    outcome: 'PUBLISHED',
    code: null,
    ...own,
  };
}

async function runsWith(records: Readonly<Record<string, ReturnType<typeof run>>>) {
  const store = memoryDocumentStore();
  await store.transaction(async (tx) => {
    for (const [key, record] of Object.entries(records)) tx.set(DOCUMENT_PATHS.run(key), record);
  });
  return store;
}

describe('the clock', () => {
  const at = (localMs: number, serverMs: number) =>
    checkClock({ nowMs: () => localMs }, { server: 'google', read: async () => ({ serverMs, resolutionMs: 1_000 }) });

  it.each([
    ['the same second', 400, 0, 'ok'],
    ['a second behind, which whole seconds hide', 0, 1_000, 'ok'],
    ['three seconds ahead', 4_000, 0, 'warning'],
    ['three seconds behind', 0, 3_000, 'warning'],
    ['half a minute ahead', 31_001, 0, 'failed'],
  ])('%s', async (_what, localMs, serverMs, state) => {
    expect((await at(NOW + localMs, NOW + serverMs)).state).toBe(state);
  });

  it('is not blamed for a slow way', async () => {
    const times = [NOW, NOW + 9_000];
    const slow = await checkClock(
      { nowMs: () => times.shift() ?? 0 },
      { server: 'google', read: async () => ({ serverMs: NOW + 4_000, resolutionMs: 1_000 }) },
    );
    expect(slow).toMatchObject({ state: 'ok', found: 'agrees with google' });
  });
});

describe('the last slot of the calendar', () => {
  it.each([
    ['2026-12-15T12:00:00Z', '2026-12-01T03:15:00Z'],
    ['2026-12-01T03:15:00Z', '2026-12-01T03:15:00Z'],
    ['2026-12-01T03:14:59Z', '2026-11-01T03:15:00Z'],
    ['2027-01-01T00:00:00Z', '2026-12-01T03:15:00Z'],
  ])('at %s is %s', (now, slot) => {
    expect(lastSlot(Date.parse(now))).toBe(Date.parse(slot));
  });
});

describe('runs', () => {
  it.each([
    ['PUBLISHED', null, 'ok', /ended as PUBLISHED/],
    ['NO_OP', null, 'ok', /ended as NO_OP/],
    ['HELD', 'HELD', 'warning', /was held/],
    ['REFUSED', 'POOL_UNDERFILLED', 'failed', /REFUSED: POOL_UNDERFILLED/],
    ['FAILED', 'SIGNING_FAILED', 'failed', /FAILED: SIGNING_FAILED/],
    [null, null, 'failed', /open after collect/],
  ])('the scheduled one as %s', async (outcome, code, state, found) => {
    const checks = await checkRuns(await runsWith({ [SLOT]: run({ outcome, code }) }), NOW);
    expect(checks).toHaveLength(1);
    expect(checks[0]).toMatchObject({ state, found: expect.stringMatching(found) });
    expect(checks[0]?.remedy === undefined).toBe(state === 'ok');
  });

  it('not there', async () => {
    expect(await checkRuns(await runsWith({}), NOW)).toMatchObject([{ state: 'warning', found: `there is no run ${SLOT}` }]);
  });

  it('still within its two hours', async () => {
    const early = Date.parse('2026-12-01T04:00:00Z');
    const november = { 'pool-monthly:20261101T031500Z': run({}) };
    const open = run({ outcome: null });
    expect(await checkRuns(await runsWith({ ...november, [SLOT]: open }), early)).toMatchObject([{ state: 'ok' }]);
  });

  it('a refresh that never ended, which the next night makes up for', async () => {
    const refresh = { 'collect-daily:20261110T013000Z': run({ outcome: null }) };
    expect(await checkRuns(await runsWith({ [SLOT]: run({}), ...refresh }), NOW)).toMatchObject([{ state: 'ok' }]);
    expect(await checkRuns(await runsWith({ [SLOT]: run({}), ...refresh }), NOW)).toHaveLength(1);
  });

  it('begun by hand and never ended', async () => {
    const checks = await checkRuns(await runsWith({ [SLOT]: run({}), 'manual:again': run({ outcome: null }) }), NOW);
    expect(checks).toMatchObject([{ state: 'ok' }, { state: 'warning', found: 'manual:again began and never ended' }]);
    expect(checks[1]?.remedy).toContain('{"resume":"manual:again"}');
  });

  it('that cannot be read', async () => {
    const checks = await checkRuns(await runsWith({ [SLOT]: run({ as_of: 'yesterday' }) }), NOW);
    expect(checks).toMatchObject([{ state: 'failed', found: expect.stringMatching(/unreadable.*as_of/) }]);
  });
});

describe('the watchdog of the month', () => {
  const AT_0515 = Date.parse('2026-12-01T05:15:00Z');
  const watch = async (records: Parameters<typeof runsWith>[0], atMs = AT_0515) => watchMonth(await runsWith(records), atMs);

  it.each(['PUBLISHED', 'NO_OP'])('is content with a scheduled run that ended as %s', async (outcome) => {
    expect(await watch({ [SLOT]: run({ outcome }) })).toMatchObject({ state: 'ok' });
  });

  it.each([
    ['that never began', {}, /there is no run/],
    ['that is still open', { [SLOT]: run({ outcome: null }) }, /open after collect/],
    ['that is held', { [SLOT]: run({ outcome: 'HELD', code: 'APPROVAL_REQUIRED' }) }, /was held/],
    ['that was refused', { [SLOT]: run({ outcome: 'REFUSED', code: 'coverage_low' }) }, /REFUSED: coverage_low/],
    ['of the month before', { 'pool-monthly:20261101T031500Z': run({ as_of: '2026-10-31' }) }, /there is no run/],
    ['beside a refresh, which releases nothing', { 'collect-daily:20261201T013000Z': run({ outcome: 'NO_OP' }) }, /no run/],
  ])('is not content with a run %s', async (_what, records, found) => {
    const check = await watch(records);
    expect(check).toMatchObject({ state: 'failed', found: expect.stringMatching(found) });
    expect(check.remedy).toMatch(/./);
  });

  it('is content with a run by hand that was published in its stead, and not with an older one', async () => {
    const refused = { [SLOT]: run({ outcome: 'REFUSED', code: 'coverage_low' }) };
    expect(await watch({ ...refused, 'manual:fix': run({}) })).toMatchObject({
      state: 'ok',
      found: expect.stringMatching(/REFUSED.*manual:fix was published instead/),
    });
    expect(await watch({ ...refused, 'manual:old': run({ as_of: '2026-11-29' }) })).toMatchObject({ state: 'failed' });
  });

  it('at 05:15 asks for the run of 03:15 of the same day, a minute earlier for that of the month before', async () => {
    const december = { [SLOT]: run({}) };
    expect((await watch(december)).state).toBe('ok');
    expect((await watch({ [SLOT]: run({ as_of: '2026-10-30' }) }, AT_0515 - 60_000)).state).toBe('failed');
  });
});

describe('rights', () => {
  const place = { project: 'p', bucket: 'b', signingKey: 'projects/p/locations/l/keyRings/r/cryptoKeys/k' };
  const looking = ['storage.objects.get', 'storage.objects.list'];

  function probe(rightsOn: (target: AccessTarget) => readonly string[]): AccessProbe {
    return { granted: async (target, permissions) => permissions.filter((permission) => rightsOn(target).includes(permission)) };
  }

  it('to look and nothing else', async () => {
    expect(
      await checkRights(
        probe(() => looking),
        place,
      ),
    ).toMatchObject([{ state: 'ok' }]);
  });

  it('that are missing', async () => {
    const blind = probe((target) => (target.kind === 'folder' && target.folder.endsWith('/evidence/') ? [] : looking));
    const checks = await checkRights(blind, place);
    expect(checks.map(({ found }) => found)).toEqual([
      'evidence/ lacks storage.objects.get',
      'evidence/ lacks storage.objects.list',
    ]);
    expect(checks.every(({ state, remedy }) => state === 'failed' && remedy !== undefined)).toBe(true);
  });

  it.each([
    ['storage.objects.delete', /gives whoever looks storage.objects.delete/, 4],
    ['secretmanager.versions.access', /exchange keys gives/, 1],
    ['cloudkms.cryptoKeyVersions.useToSign', /signing key gives/, 1],
  ])('that are too many: %s', async (permission, found, count) => {
    const checks = await checkRights(
      probe(() => [...looking, permission]),
      place,
    );
    expect(checks).toHaveLength(count);
    expect(checks[0]).toMatchObject({ state: 'warning', found: expect.stringMatching(found) });
  });
});
