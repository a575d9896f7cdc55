import { dayOfMs, formatDay } from '../core/calendar-day.ts';
import { nullIfMissing } from '../pool/explain/null-if-missing.ts';
import type { BuildFacts, ValidationOptions } from '../release/validate/validation-options.ts';
import type { AssembleInput } from './assemble-release.ts';

/** How the files of a build are judged: profile and weights by the parameters, facts from the decision (release spec §4). */
export function validationOptionsOf(input: AssembleInput, explain: Uint8Array): ValidationOptions {
  const { params } = input.params;
  const common = {
    referenceDate: formatDay(dayOfMs(input.logicalTimeMs)),
    expected: { mode: params.mode, sourceProject: params.source_project },
    params: { publishable: params.publishable, sha256: input.params.sha256 },
  };
  if (params.validation.profile === 'reference') return { ...common, profile: 'reference' };
  return { ...common, profile: 'strict', regimeWeights: params.regime, ...buildFacts(input, explain) };
}

function buildFacts({ decided, params, logicalTimeMs, revisions }: AssembleInput, explain: Uint8Array): BuildFacts {
  const { panel, scored, explain: explained } = decided;
  return {
    time: { logicalTimeMs },
    run: {
      backend: scored.models?.ml.backend ?? 'none',
      trainRows: panel.training.rowCount,
      minTrainRows: params.params.model.min_train_rows,
      explain,
      explainCounts: explained.counts,
    },
    tieBreaks: new Map(scored.members.map(({ symbol, keys }) => [symbol, tieBreak(keys)])),
    attention: {
      universeStateDrift: panel.warnings.flatMap(({ code, symbols }) => (code === 'universe_state_drift' ? symbols : [])),
      findings: panel.findings.map(({ symbol, code }) => ({ symbol, code })),
      exitPending: panel.universe.members.filter(({ exitPending }) => exitPending).map(({ symbol }) => symbol),
      revisions,
    },
  };
}

function tieBreak(keys: { readonly liquidityStability: number; readonly avgQuoteVol180: number }) {
  return { liquidityStability: nullIfMissing(keys.liquidityStability), avgQuoteVol180: nullIfMissing(keys.avgQuoteVol180) };
}
