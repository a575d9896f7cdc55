import { describe, expect, it } from 'vitest';
import { readRegime } from '#shared/signals/regime/read-regime.ts';
import { at, LAB_PARAMS, type RegimeLab, regimeLab } from './regime-lab.ts';

const regimeAt = async ({ documents }: RegimeLab, instant: string) => {
  const { regime, fallback, snapshot } = await readRegime(documents, at(instant), LAB_PARAMS.params);
  return { regime, fallback, boundary: snapshot?.boundary ?? null };
};

describe('the regime that is read', () => {
  it('is the newest known then, and nothing that came later changes it', async () => {
    const lab = regimeLab();
    await lab.run('2026-10-31T04:00:00Z');
    const before = await regimeAt(lab, '2026-10-31T08:01:00Z');
    expect(before).toMatchObject({ fallback: null, boundary: '2026-10-31T04:00:00Z' });
    await lab.run('2026-10-31T08:00:00Z');
    await lab.run('2026-10-31T12:00:00Z');
    expect(await regimeAt(lab, '2026-10-31T08:01:00Z')).toEqual(before);
    expect(await regimeAt(lab, '2026-10-31T08:02:00Z')).toMatchObject({ boundary: '2026-10-31T08:00:00Z' });
    expect(await regimeAt(lab, '2026-10-31T15:59:59Z')).toMatchObject({ fallback: null, boundary: '2026-10-31T12:00:00Z' });
  });

  it('is mixed without one, and from a quarter of an hour after one should have come', async () => {
    const lab = regimeLab();
    expect(await regimeAt(lab, '2026-10-31T08:00:00Z')).toEqual({ regime: 'mixed', fallback: 'no_snapshot', boundary: null });
    await lab.run('2026-10-31T04:00:00Z');
    expect(await regimeAt(lab, '2026-10-31T08:15:00Z')).toMatchObject({ fallback: null });
    expect(await regimeAt(lab, '2026-10-31T08:15:01Z')).toMatchObject({ regime: 'mixed', fallback: 'stale' });
    expect(await regimeAt(lab, '2026-11-20T00:00:00Z')).toMatchObject({ regime: 'mixed', boundary: '2026-10-31T04:00:00Z' });
    expect(await regimeAt(lab, '2026-10-31T04:01:59Z')).toMatchObject({ regime: 'mixed', fallback: 'no_snapshot' });
  });
});
