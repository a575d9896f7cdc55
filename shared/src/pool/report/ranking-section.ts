import type { Explain, ExplainedMember } from '../../contracts/explain.ts';
import { COMPONENTS } from '../ranking/blend.ts';
import { escapeHtml, percentText } from './html-text.ts';

const BAR_WIDTH = 400;

/** Table of all members in ranking order; a stacked bar shows what each component adds to the final score. */
export function rankingSection(explain: Explain): string {
  const rows = [...explain.selected, ...explain.ranked].map((member) => row(member, explain));
  return `<section aria-labelledby="ranking">
<h2 id="ranking">Ranking</h2>
<p>${intro(explain)}</p>
<ul class="legend">${COMPONENTS.map((name) => `<li><i style="background:var(--${name})"></i>${name} (weight ${explain.regime.weights[name]})</li>`).join('')}</ul>
<div class="scroll"><table>
<thead><tr><th scope="col" class="number">#</th><th scope="col">Symbol</th><th scope="col">Contributions</th><th scope="col" class="number">Final</th><th scope="col" class="number">Confidence</th><th scope="col" class="number">Rule</th><th scope="col" class="number">Linear</th><th scope="col" class="number">ML</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody></table></div>
</section>`;
}

function intro({ counts }: Explain): string {
  return (
    `${counts.selected} of ${counts.selected + counts.ranked} members are selected; the line marks the cut. A bar is the final score: ` +
    'each component is the percentile rank among the members times its weight. The three columns on the right are those ranks.'
  );
}

function row(member: ExplainedMember, explain: Explain): string {
  const isSelected = member.below_cutoff === null;
  const isCut = member.rank === explain.counts.selected && explain.counts.ranked > 0;
  const classes = [isSelected ? 'selected' : '', isCut ? 'cut' : ''].filter((name) => name !== '').join(' ');
  const numbers = [
    member.final_score,
    member.confidence.value,
    ...COMPONENTS.map((name) => member.components[name].rank_pct),
  ].map((value) => `<td class="number">${value === null ? '–' : value.toFixed(3)}</td>`);
  const note = member.exit_pending === null ? '' : ' <small title="no longer a candidate">leaving</small>';
  return `<tr${classes === '' ? '' : ` class="${classes}"`}><td class="number">${member.rank}</td><th scope="row">${escapeHtml(member.symbol)}${note}</th><td class="bar">${bar(member)}</td>${numbers.join('')}</tr>`;
}

function bar({ symbol, components }: ExplainedMember): string {
  let x = 0;
  const parts = COMPONENTS.map((name) => {
    const width = components[name].contribution * BAR_WIDTH;
    const rect = `<rect x="${x.toFixed(1)}" width="${width.toFixed(1)}" height="14" fill="var(--${name})"/>`;
    x += width;
    return rect;
  });
  const label = COMPONENTS.map((name) => `${name} ${percentText(components[name].contribution)}`).join(', ');
  return `<svg viewBox="0 0 ${BAR_WIDTH} 14" preserveAspectRatio="none" role="img" aria-label="${escapeHtml(`${symbol}: ${label}`)}"><title>${escapeHtml(label)}</title>${parts.join('')}</svg>`;
}
