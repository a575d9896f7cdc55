import { describe, expect, it } from 'vitest';
import { regimeInForce } from '#shared/signals/regime/regime-in-force.ts';
import { snapshotOf } from './sample-snapshot.ts';

const GRACE = { stale_after_valid_min: 15 };
const at = (text: string) => Date.parse(text);

const four = snapshotOf('2026-10-31T04:00:00Z', { regime: 'trending' });
const eight = snapshotOf('2026-10-31T08:00:00Z', { regime: 'highvol' });

describe('the regime in force', () => {
  it('is that of the newest snapshot known at the time', () => {
    expect(regimeInForce([eight, four], at('2026-10-31T08:02:00Z'), GRACE)).toMatchObject({ regime: 'highvol', fallback: null });
    expect(regimeInForce([eight, four], at('2026-10-31T08:01:00Z'), GRACE)).toMatchObject({ regime: 'trending', fallback: null });
  });

  it('is mixed from a quarter of an hour after it should have been replaced', () => {
    expect(regimeInForce([four], at('2026-10-31T08:15:00Z'), GRACE)).toMatchObject({ regime: 'trending', fallback: null });
    expect(regimeInForce([four], at('2026-10-31T08:15:00.001Z'), GRACE)).toMatchObject({ regime: 'mixed', fallback: 'stale' });
  });

  it('is mixed without a snapshot, and before the first', () => {
    expect(regimeInForce([], at('2026-10-31T08:00:00Z'), GRACE)).toMatchObject({ regime: 'mixed', fallback: 'no_snapshot' });
    expect(regimeInForce([four], at('2026-10-31T03:00:00Z'), GRACE)).toMatchObject({ regime: 'mixed', snapshot: null });
  });
});
