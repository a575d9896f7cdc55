import type { Explain } from '../contracts/explain.ts';
import type { LoadedPoolParams } from '../contracts/parse-pool-params.ts';
import { err, ok, type Refusal, type Result } from '../core/result.ts';
import { buildPanel } from '../pool/build-panel.ts';
import { withExclusions } from '../pool/explain/count-exclusions.ts';
import { explainPool } from '../pool/explain/explain-pool.ts';
import { fitHistGbt } from '../pool/models/ml-scores.ts';
import type { Panel } from '../pool/panel.ts';
import type { PanelInput } from '../pool/panel-input.ts';
import { scorePool } from '../pool/ranking/score-pool.ts';
import type { ScoredPool } from '../pool/ranking/scored-pool.ts';

/** The closed list of what one decision is a function of (pool spec §5 PT1). */
export interface DecideInput extends Omit<PanelInput, 'params'> {
  readonly params: LoadedPoolParams;
  /** Name and SHA-256 of every input object, in any order. */
  readonly inputs: readonly { readonly name: string; readonly sha256: string }[];
}

/** A decision with everything that led to it. */
export interface DecidedPool {
  readonly panel: Panel;
  readonly scored: ScoredPool;
  readonly explain: Explain;
}

/** From candles to the ranked and explained pool: pool spec §2 as one pure function. Refuses with every reason known. */
export function decidePool(input: DecideInput): Result<DecidedPool, readonly Refusal[]> {
  const { params, sha256: paramsSha256 } = input.params;
  const panel = buildPanel({ ...input, params });
  if (!panel.ok) return err(panel.error);
  const scored = scorePool(panel.value, params, fitHistGbt);
  if (!scored.ok) return err(scored.error.map((refusal) => withExclusions(refusal, panel.value.exclusions)));
  const explain = explainPool(panel.value, scored.value, { params, paramsSha256, inputs: input.inputs });
  return ok({ panel: panel.value, scored: scored.value, explain });
}
