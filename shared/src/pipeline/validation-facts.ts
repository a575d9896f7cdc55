import type { LoadedPoolParams } from '../contracts/parse-pool-params.ts';
import { dayOfMs, formatDay } from '../core/calendar-day.ts';
import { EXPLAIN_FILE } from '../pool/explain/explain-bytes.ts';
import { requireFile } from '../release/digests.ts';
import type { BuildFacts, ValidationOptions } from '../release/validate/validation-options.ts';
import type { ScoredRun } from './scored-run.ts';

/** What decides how the files of a build are judged. */
export interface ValidationFacts {
  readonly scored: Omit<ScoredRun, 'decision'>;
  readonly params: LoadedPoolParams;
  readonly logicalTimeMs: number;
}

/** How the files of a build are judged: profile and weights by the parameters, facts from the scored run (release spec §4). */
export function validationOptionsOf(input: ValidationFacts): ValidationOptions {
  const { params } = input.params;
  const common = {
    referenceDate: formatDay(dayOfMs(input.logicalTimeMs)),
    expected: { mode: params.mode, sourceProject: params.source_project },
    params: { publishable: params.publishable, sha256: input.params.sha256 },
  };
  if (params.validation.profile === 'reference') return { ...common, profile: 'reference' };
  return { ...common, profile: 'strict', regimeWeights: params.regime, ...buildFacts(input) };
}

function buildFacts({ scored, params, logicalTimeMs }: ValidationFacts): BuildFacts {
  const { explain, evidence, facts } = scored;
  const { attention } = facts;
  return {
    time: { logicalTimeMs },
    run: {
      backend: facts.backend,
      trainRows: facts.train_rows,
      minTrainRows: params.params.model.min_train_rows,
      explain: requireFile(evidence, EXPLAIN_FILE),
      explainCounts: explain.counts,
    },
    tieBreaks: new Map(
      [...explain.selected, ...explain.ranked].map((member) => [
        member.symbol,
        { liquidityStability: member.liquidity_stability, avgQuoteVol180: member.avg_quote_vol_180 },
      ]),
    ),
    attention: {
      universeStateDrift: attention.universe_state_drift,
      findings: attention.findings,
      exitPending: attention.exit_pending,
      revisions: attention.revisions,
    },
  };
}
