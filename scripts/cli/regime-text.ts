import type { RegimeParams } from '#shared/contracts/regime-params.ts';
import type { RegimeSnapshot } from '#shared/contracts/regime-snapshot.ts';
import { INDICATORS, type IndicatorName } from '#shared/signals/regime/indicators.ts';
import { voteOf } from '#shared/signals/regime/votes.ts';
import { textTable } from './text-table.ts';

/** What a snapshot says and why, and the boundaries before it. */
export function regimeText(snapshot: RegimeSnapshot, earlier: readonly RegimeSnapshot[], params: RegimeParams): string {
  const { boundary, venue, regime, since, valid_until, raw_regime, confidence, votes, universe, limits } = snapshot;
  const stable = snapshot.is_stable ? 'stable' : 'not stable yet';
  const cast = Object.entries(votes).map(([label, count]) => `${label} ${count}`);
  const weights = Object.entries(snapshot.weights).map(([factor, weight]) => `${factor} ${weight}`);
  return [
    `${boundary}  ${venue}  regime ${regime} since ${since}, ${stable}; valid until ${valid_until}`,
    `this boundary alone says ${raw_regime} with confidence ${confidence.toFixed(2)} (votes: ${cast.join(', ')})`,
    '',
    indicatorTable(snapshot, params),
    '',
    `universe  ${universe.symbols.length} symbols by average daily volume, of ${universe.ranked} that have one and ${universe.read} read`,
    ...failures(universe),
    `weights   ${weights.join(', ')}`,
    `limits    movement ${limits.movement_pct} %, spread ${limits.spread_bps} bps, depth ${limits.depth_usd} USD, VADR ${limits.vadr}`,
    ...(earlier.length === 0 ? [] : ['', historyTable([...earlier, snapshot])]),
  ].join('\n');
}

function indicatorTable(snapshot: RegimeSnapshot, params: RegimeParams): string {
  const row = (name: IndicatorName): string[] => {
    const value = snapshot[name];
    const { low, high, weight } = params.votes[name];
    const vote = value === null ? 'none' : voteOf(name, value, params.votes);
    const valid = String(snapshot.valid_symbols[name]);
    return [name, value === null ? 'null' : value.toFixed(4), vote, String(weight), `${low} … ${high}`, valid];
  };
  return textTable(['indicator', 'value', 'votes for', 'weight', 'between', 'valid symbols'], INDICATORS.map(row));
}

function failures({ failed, rejected_rows: rejected }: RegimeSnapshot['universe']): readonly string[] {
  const reasons = Object.entries(rejected).map(([reason, count]) => `${count} ${reason}`);
  return [
    ...failed.map(({ symbol, reason }) => `          could not read ${symbol}: ${reason}`),
    ...(reasons.length === 0 ? [] : [`          rows refused: ${reasons.join(', ')}`]),
  ];
}

function historyTable(snapshots: readonly RegimeSnapshot[]): string {
  const rows = snapshots.map(({ boundary, raw_regime: raw, confidence, regime, method }) => [
    boundary,
    raw,
    confidence.toFixed(2),
    regime,
    method,
  ]);
  return textTable(['boundary', 'says', 'confidence', 'active', 'because'], rows);
}
