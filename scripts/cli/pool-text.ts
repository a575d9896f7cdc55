import type { Explain, ExplainedMember } from '#shared/contracts/explain.ts';
import { explainCut } from '#shared/pool/explain/explain-cut.ts';
import { textTable } from './text-table.ts';

/** The ranked table, the selected first, and why each neighbour of the cut is in or out. */
export function poolText(explain: Explain, rows = 12): string {
  const members = [...explain.selected, ...explain.ranked];
  const shown = members.slice(0, Math.max(rows, explain.selected.length));
  const hidden = members.length - shown.length;
  return [
    `${explain.as_of_date}  ${parametersOf(explain)}  regime ${explain.regime.name} (confidence ${explain.regime.confidence.toFixed(2)})  ` +
      `${explain.counts.selected} selected of ${members.length} ranked, ${explain.counts.excluded} excluded`,
    '',
    textTable(
      HEAD,
      shown.map((member, i) => row(member, i < explain.selected.length)),
    ),
    ...(hidden > 0 ? [`… and ${hidden} more`] : []),
    '',
    'the cut',
    ...explainCut(explain).map(({ symbol, selected, why }) => `  ${selected ? 'in ' : 'out'} ${symbol}: ${why}`),
  ].join('\n');
}

/** The parameter set decides; the mode is said where it is not the set's own name. */
function parametersOf({ mode, params }: Explain): string {
  return params.id === mode ? params.id : `${params.id} (mode ${mode})`;
}

const HEAD = ['rank', 'symbol', 'final', 'confidence', 'rule', 'linear', 'ml', ''] as const;

function row(member: ExplainedMember, selected: boolean): string[] {
  const { rule, linear, ml } = member.components;
  return [
    String(member.rank),
    member.symbol,
    fixed(member.final_score),
    fixed(member.confidence.value),
    fixed(rule.rank_pct),
    fixed(linear.rank_pct),
    fixed(ml.rank_pct),
    selected ? 'selected' : '',
  ];
}

function fixed(value: number | null): string {
  return value === null ? '–' : value.toFixed(4);
}
