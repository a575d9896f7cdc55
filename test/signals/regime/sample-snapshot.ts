import { loadRegimeParams } from '#shared/adapters/fs/regime-params-file.ts';
import { type RegimeSnapshot, regimeSnapshotSchema } from '#shared/contracts/regime-snapshot.ts';
import { BOUNDARY_MS, boundaryText } from '#shared/signals/regime/boundary.ts';

/** A whole snapshot of a boundary, written two minutes after it; `more` replaces fields. */
export function snapshotOf(boundary: string, more: Partial<RegimeSnapshot> = {}): RegimeSnapshot {
  const { params, sha256 } = loadRegimeParams();
  const ms = Date.parse(boundary);
  return regimeSnapshotSchema.parse({
    schema: 'regime_snapshot.v1',
    boundary,
    valid_until: boundaryText(ms + BOUNDARY_MS),
    available_at: boundaryText(ms + 120_000),
    venue: 'sim',
    regime: 'choppy',
    since: boundary,
    is_stable: false,
    method: 'first',
    raw_regime: 'choppy',
    confidence: 0.6,
    votes: { trending: 4, highvol: 0, choppy: 6 },
    realized_vol_7d: 0.5,
    pct_above_20ma: 0.5,
    breadth_thrust: 0,
    valid_symbols: { realized_vol_7d: 40, pct_above_20ma: 40, breadth_thrust: 40 },
    ...params.regimes.choppy,
    universe: { eligible: 40, read: 40, ranked: 40, symbols: ['BTCUSDT'], failed: [], rejected_rows: {} },
    history: [],
    inputs_hash: '0'.repeat(64),
    params_hash: sha256,
    bundle_sha256: null,
    ...more,
  });
}
