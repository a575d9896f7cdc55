import type { Explain } from '../../contracts/explain.ts';
import { explainCut } from '../explain/explain-cut.ts';
import type { Panel } from '../panel.ts';
import { exclusionSection } from './exclusion-section.ts';
import { escapeHtml } from './html-text.ts';
import { membershipSection } from './membership-section.ts';
import { PAGE_STYLE } from './page-style.ts';
import { rankingSection } from './ranking-section.ts';
import { regimeSection } from './regime-section.ts';

/**
 * A build as one HTML page that needs nothing else: no script, no request, light and dark. Same build, same bytes.
 */
export function poolReport(explain: Explain, panel: Pick<Panel, 'regimes' | 'universe'>): string {
  const title = `Live pool ${explain.as_of_date}, ${explain.mode}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
<header>
<h1>${escapeHtml(explain.selected.map(({ symbol }) => symbol).join(' · ') || 'No symbol selected')}</h1>
<p>${escapeHtml(title)}</p>
${facts(explain)}
</header>
${warnings(explain)}
${rankingSection(explain)}
${cutSection(explain)}
${regimeSection(panel.regimes)}
${membershipSection(panel.universe, explain)}
${exclusionSection(explain)}
</main>
</body>
</html>
`;
}

function facts({ regime, model, params, source, universe, counts }: Explain): string {
  const entries: readonly (readonly [string, string, string])[] = [
    ['Regime', regime.name.replaceAll('_', ' '), `confidence ${regime.confidence.toFixed(2)}`],
    [
      'Universe',
      `${counts.selected + counts.ranked} of ${counts.total} symbols`,
      `refreshed ${universe.refresh_date ?? 'never'}`,
    ],
    ['Training', `${model.train_rows} rows`, `${model.train_start} to ${model.train_end}`],
    ['Model', model.backend ?? 'rules alone', `seed ${model.seed}`],
    ['Candles', source.name, `volume scale ${source.volume_scale}`],
    ['Parameters', params.id, params.sha256.slice(0, 12)],
  ];
  return `<dl class="facts">${entries
    .map(([name, value, note]) => `<div><dt>${name}</dt><dd>${escapeHtml(value)} <small>${escapeHtml(note)}</small></dd></div>`)
    .join('')}</dl>`;
}

function warnings({ warnings: list }: Explain): string {
  if (list.length === 0) return '';
  const items = list.map(({ code, message }) => `<li><strong>${escapeHtml(code)}</strong>: ${escapeHtml(message)}</li>`);
  return `<section class="notice" aria-labelledby="warnings"><h2 id="warnings">Warnings</h2><ul>${items.join('')}</ul></section>`;
}

function cutSection(explain: Explain): string {
  const rows = explainCut(explain).map(
    ({ symbol, rank, selected, finalScore, why }) =>
      `<tr${selected ? ' class="selected"' : ''}><td class="number">${rank}</td><th scope="row">${escapeHtml(symbol)}</th><td>${selected ? 'in' : 'out'}</td><td class="number">${finalScore.toFixed(4)}</td><td class="text">${escapeHtml(why)}</td></tr>`,
  );
  return `<section aria-labelledby="cut">
<h2 id="cut">Around the cut</h2>
<p>The last in and the first out, each set against the nearest on the other side.</p>
<div class="scroll"><table><thead><tr><th scope="col" class="number">#</th><th scope="col">Symbol</th><th scope="col"></th><th scope="col" class="number">Final</th><th scope="col">Why</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div>
</section>`;
}
