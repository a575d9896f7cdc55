import type { PoolParams } from '../../contracts/pool-params.ts';
import { invariant } from '../../core/errors.ts';
import type { Refusal, Result } from '../../core/result.ts';
import { err, ok } from '../../core/result.ts';
import { fitModels } from '../models/fit-models.ts';
import type { FitMl } from '../models/ml-scores.ts';
import type { Panel, RegimeDay } from '../panel.ts';
import { type DatedMembers, rankDate } from './rank-date.ts';
import type { ScoredPool, ScoreWarning } from './scored-pool.ts';

/**
 * Fits the models on the training window of a panel, scores its members on as_of, blends and ranks them, and selects the pool
 * (pool spec §13, §14). `fitMl` is `fitHistGbt` in every build. Refused with `INSUFFICIENT_TRAINING_ROWS`, `MODEL_FAILED` or
 * `pool_underfilled`, as far as the parameters do not say to go on.
 */
export function scorePool(panel: Panel, params: PoolParams, fitMl: FitMl): Result<ScoredPool, readonly Refusal[]> {
  const fitted = fitModels(panel.training, panel.scoring, params, fitMl);
  const warnings: ScoreWarning[] = [];
  if (!fitted.ok) {
    if (fitted.error.code !== 'INSUFFICIENT_TRAINING_ROWS' || params.model.on_insufficient === 'fail') return err([fitted.error]);
    warnings.push({ code: 'rule_only', message: `the ranking stands on rule scores alone: ${fitted.error.message}` });
  }
  const models = fitted.ok ? fitted.value : undefined;
  const raw = {
    linear: (member: number) => models?.linearRaw[member] ?? Number.NaN,
    ml: (member: number) => models?.ml.raw[member] ?? Number.NaN,
  };
  const { decision, weights, members, rankedCount } = rankDate(membersOfAsOf(panel), raw, params);
  if (rankedCount < params.pool.size) {
    const short = underfilled(rankedCount, params.pool.size);
    if (params.pool.on_short === 'fail') return err([short]);
    warnings.push({ code: 'pool_short', message: short.message });
  }
  return ok({ decision, weights, members, models, warnings });
}

/** Regime of as_of. */
export function regimeOfAsOf(panel: Panel): RegimeDay {
  const last = panel.regimes.at(-1);
  invariant(last?.day === panel.asOf, 'the last regime of a panel is that of as_of');
  return last;
}

function membersOfAsOf(panel: Panel): DatedMembers {
  const { mode, symbols, baseAssets, scoring, rules } = panel;
  return {
    day: panel.asOf,
    mode,
    symbols,
    baseAssets,
    features: scoring,
    firstRow: 0,
    count: scoring.rowCount,
    rules,
    firstRulesRow: rules.rowCount - scoring.rowCount,
    regime: regimeOfAsOf(panel),
  };
}

function underfilled(ranked: number, size: number): Refusal {
  return {
    code: 'pool_underfilled',
    message: `${ranked} ranked members where the pool needs ${size}; the exclusions say what kept the others out`,
    details: { ranked, size },
  };
}
