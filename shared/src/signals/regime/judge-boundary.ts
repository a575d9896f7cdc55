import type { LoadedRegimeParams } from '../../contracts/regime-params.ts';
import type { RegimeProgress, RegimeSnapshot } from '../../contracts/regime-snapshot.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import { formatInstantZ } from '../../core/instant.ts';
import { sha256Hex } from '../../core/sha256.ts';
import { BOUNDARY_MS, boundaryText, parseBoundary } from './boundary.ts';
import { measureUniverse } from './indicators.ts';
import type { ReadUniverse } from './read-universe.ts';
import { regimeUniverse } from './regime-universe.ts';
import { activeRegime, countedBoundaries, type Incumbent, type Said } from './stability.ts';
import type { SymbolReading } from './symbol-reading.ts';
import { judge } from './votes.ts';

export interface JudgeInput {
  readonly boundaryMs: number;
  /** When the snapshot is written, ms. */
  readonly nowMs: number;
  readonly params: LoadedRegimeParams;
  readonly bundleSha256: string | null;
}

/** Everything that a boundary's own bars decide; `earlier` and `incumbent` are added when it is written. */
export function judgeBoundary(
  { progress, failed }: ReadUniverse,
  earlier: readonly RegimeSnapshot[],
  incumbent: RegimeSnapshot | null,
  { boundaryMs, nowMs, params: { params, sha256 }, bundleSha256 }: JudgeInput,
): RegimeSnapshot {
  const readings = progress.readings.map(toReading);
  const universe = regimeUniverse(readings, params.universe);
  const { indicators, validSymbols } = measureUniverse(universe, params);
  const { raw, confidence, votes } = judge(indicators, params.votes);
  const said = countedBoundaries(boundaryMs, earlier.map(toSaid), params.stability.boundaries);
  const active = activeRegime(boundaryMs, { raw, confidence }, said, toIncumbent(incumbent), params.stability);
  return {
    schema: 'regime_snapshot.v1',
    boundary: boundaryText(boundaryMs),
    valid_until: boundaryText(boundaryMs + BOUNDARY_MS),
    available_at: formatInstantZ(nowMs),
    venue: progress.venue,
    regime: active.regime,
    since: boundaryText(active.sinceMs),
    is_stable: active.isStable,
    method: active.method,
    raw_regime: raw,
    confidence,
    votes,
    ...indicators,
    valid_symbols: validSymbols,
    weights: params.regimes[active.regime].weights,
    limits: params.regimes[active.regime].limits,
    universe: {
      eligible: progress.eligible,
      read: readings.length,
      ranked: readings.filter(({ averageDailyVolume }) => averageDailyVolume !== null).length,
      symbols: universe.map(({ symbol }) => symbol),
      failed: failed.toSorted((a, b) => (a.symbol < b.symbol ? -1 : 1)),
      rejected_rows: rejectedRows(progress.readings),
    },
    history: said.map((one) => ({
      boundary: boundaryText(one.boundaryMs),
      raw_regime: one.raw,
      confidence: one.confidence,
    })),
    inputs_hash: inputsHash(progress.readings),
    params_hash: sha256,
    bundle_sha256: bundleSha256,
  };
}

function toReading(reading: RegimeProgress['readings'][number]): SymbolReading {
  const { symbol, average_daily_volume, realized_vol_7d, above_20ma, moves } = reading;
  return {
    symbol,
    averageDailyVolume: average_daily_volume,
    realizedVol: realized_vol_7d,
    isAboveAverage: above_20ma,
    moves,
  };
}

function toSaid({ boundary, raw_regime: raw, confidence }: RegimeSnapshot): Said {
  return { boundaryMs: parseBoundary(boundary), raw, confidence };
}

function toIncumbent(snapshot: RegimeSnapshot | null): Incumbent | null {
  return snapshot === null ? null : { regime: snapshot.regime, sinceMs: parseBoundary(snapshot.since) };
}

function rejectedRows(readings: RegimeProgress['readings']): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { rejected_rows: rows } of readings) {
    for (const [reason, count] of Object.entries(rows)) counts.set(reason, (counts.get(reason) ?? 0) + count);
  }
  return Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Over all symbols that were read, also those that did not come into the universe: which did is part of the answer. */
function inputsHash(readings: RegimeProgress['readings']): string {
  const digests = readings.map(({ symbol, bars_sha256: digest }) => [symbol, digest] as const);
  return sha256Hex(canonicalJson(digests.toSorted(([a], [b]) => (a < b ? -1 : 1))));
}
