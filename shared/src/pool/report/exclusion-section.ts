import type { Explain, ExplainedExclusion } from '../../contracts/explain.ts';
import { escapeHtml } from './html-text.ts';

const STAGES = ['ranking', 'hysteresis', 'eligibility', 'data', 'metadata'] as const;

/** Excluded symbols by the stage that stopped them, the closest calls first; each stage folds. */
export function exclusionSection(explain: Explain): string {
  const byStage = Map.groupBy(explain.excluded, ({ stage }) => stage);
  const blocks = STAGES.flatMap((stage) => {
    const symbols = byStage.get(stage);
    return symbols === undefined ? [] : [stageBlock(stage, symbols)];
  });
  return `<section aria-labelledby="excluded">
<h2 id="excluded">Excluded</h2>
<p>${explain.counts.excluded} of ${explain.counts.total} known symbols did not make it. Each is listed with all reasons of the first stage that it failed.</p>
${blocks.join('\n')}
</section>`;
}

function stageBlock(stage: string, symbols: readonly ExplainedExclusion[]): string {
  return `<details${stage === 'metadata' ? '' : ' open'}><summary>${stage} (${symbols.length})</summary>
<div class="scroll"><table><thead><tr><th scope="col">Symbol</th><th scope="col">Reasons (observed, needed)</th></tr></thead><tbody>
${symbols.map(row).join('\n')}
</tbody></table></div></details>`;
}

function row({ symbol, reasons }: ExplainedExclusion): string {
  const texts = reasons.map(({ code, observed, threshold }) => `${code} (${shown(observed)}, ${shown(threshold)})`);
  return `<tr><th scope="row">${escapeHtml(symbol)}</th><td class="text">${escapeHtml(texts.join('; '))}</td></tr>`;
}

function shown(value: string | number | boolean | null): string {
  if (typeof value !== 'number' || Number.isInteger(value)) return value === null ? '–' : String(value);
  return Math.abs(value) >= 1000 ? value.toFixed(0) : value.toFixed(3);
}
