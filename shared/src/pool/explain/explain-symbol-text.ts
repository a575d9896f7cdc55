import type { Explain, ExplainedExclusion, ExplainedMember } from '../../contracts/explain.ts';
import { alignColumns, shortNumber, signedNumber } from './align-columns.ts';

/** Terms of a model that are shown; the rest is in explain.json. */
const SHOWN_TERMS = 8;

/** Why a symbol is in or out, as text for a terminal; undefined when the build did not know the symbol. */
export function explainSymbolText(explain: Explain, symbol: string): string | undefined {
  const member = [...explain.selected, ...explain.ranked].find((item) => item.symbol === symbol);
  if (member !== undefined) return memberLines(explain, member).join('\n');
  const exclusion = explain.excluded.find((item) => item.symbol === symbol);
  return exclusion === undefined ? undefined : exclusionLines(explain, exclusion).join('\n');
}

function memberLines(explain: Explain, member: ExplainedMember): string[] {
  return [
    ...headLines(explain, member),
    '',
    ...componentLines(member),
    '',
    `rule score, scheme ${explain.model.rule_scheme}: ${shortNumber(member.components.rule.raw)} is the sum of`,
    ...rulePointLines(member),
    ...linearLines(member),
    ...mlLines(member),
    '',
    ...circumstanceLines(explain, member),
  ];
}

function headLines(explain: Explain, member: ExplainedMember): string[] {
  const { final_score, confidence, below_cutoff, tie_break } = member;
  const count = explain.counts.selected + explain.counts.ranked;
  const outcome = below_cutoff === null ? 'selected' : 'ranked, not selected';
  const lines = [
    `${member.symbol}: ${outcome}, rank ${member.rank} of ${count} on ${explain.as_of_date} (${explain.mode})`,
    `final score ${shortNumber(final_score)}, confidence ${shortNumber(confidence.value)} ` +
      `(agreement ${shortNumber(confidence.agreement)}, edge ${shortNumber(confidence.edge)})`,
  ];
  if (below_cutoff !== null) {
    lines.push(`below the cut: ${shortNumber(below_cutoff.distance)} short of rank ${explain.counts.selected}`);
  }
  if (tie_break !== null) lines.push(`same final score as ${tie_break.behind}, behind it by ${tie_break.key}`);
  return lines;
}

function componentLines({ components, final_score }: ExplainedMember): string[] {
  const rows = Object.entries(components).map(([name, { raw, rank_pct, weight, contribution }]) => [
    name,
    shortNumber(raw),
    shortNumber(rank_pct),
    shortNumber(weight),
    shortNumber(contribution),
  ]);
  return alignColumns([
    ['component', 'raw', 'rank', 'weight', 'contribution'],
    ...rows,
    ['final', '', '', '', shortNumber(final_score)],
  ]);
}

function rulePointLines({ rule }: ExplainedMember): string[] {
  const rows = rule.map(({ feature, value, rank_pct, weight, points }) => [
    `  ${feature}`,
    shortNumber(value),
    shortNumber(rank_pct),
    shortNumber(weight),
    shortNumber(points),
  ]);
  return alignColumns([['  feature', 'value', 'rank', 'weight', 'points'], ...rows]);
}

function linearLines({ linear, components }: ExplainedMember): string[] {
  if (linear === null) return [];
  return [
    '',
    `linear score ${shortNumber(components.linear.raw)} = ${shortNumber(linear.intercept)} and, largest first,`,
    ...termLines(linear.features),
  ];
}

function mlLines({ ml, components }: ExplainedMember): string[] {
  if (ml === null) return [];
  return [
    '',
    `ml score ${shortNumber(components.ml.raw)} = ${shortNumber(ml.base)} and, largest first,`,
    ...termLines(ml.features),
  ];
}

interface Term {
  readonly feature: string;
  readonly value: number;
  readonly imputed: boolean;
  readonly contribution: number;
}

function termLines(terms: readonly Term[]): string[] {
  const ordered = terms.toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  const rest = ordered.slice(SHOWN_TERMS).reduce((sum, { contribution }) => sum + contribution, 0);
  const rows = ordered
    .slice(0, SHOWN_TERMS)
    .map(({ feature, value, imputed, contribution }) => [
      `  ${feature}`,
      `${shortNumber(value)}${imputed ? ' (median)' : ''}`,
      signedNumber(contribution),
    ]);
  const hidden = ordered.length - rows.length;
  return alignColumns(hidden > 0 ? [...rows, [`  ${hidden} others`, '', signedNumber(rest)]] : rows);
}

function circumstanceLines(explain: Explain, { streaks, exit_pending, findings }: ExplainedMember): string[] {
  const { regime, universe } = explain;
  const streak = exit_pending
    ? `no longer a candidate: leaves after ${exit_pending.allowed} such refreshes, this was number ${exit_pending.streak}`
    : `candidate for ${streaks.eligible} refreshes in a row`;
  return [
    `universe: ${streak}; refreshed ${universe.refresh_date ?? 'never'}, state ${universe.state}`,
    `regime: ${regime.name}, confidence ${shortNumber(regime.confidence)}; rule ${regime.rule}: ${regime.condition}`,
    ...findingLines(findings),
  ];
}

function exclusionLines(explain: Explain, { symbol, stage, reasons, findings }: ExplainedExclusion): string[] {
  const rows = reasons.map(({ code, observed, threshold }) => [`  ${code}`, shown(observed), shown(threshold)]);
  return [
    `${symbol}: excluded at stage ${stage} on ${explain.as_of_date} (${explain.mode})`,
    ...alignColumns([['  reason', 'observed', 'needed'], ...rows]),
    ...findingLines(findings),
  ];
}

function findingLines(findings: ExplainedMember['findings']): string[] {
  return findings.map(({ date, code, effect, field, observed }) => {
    const where = field === null ? '' : ` in ${field}`;
    return `data: ${date} ${code}${where}, observed ${shown(observed)}: ${effect}`;
  });
}

function shown(value: string | number | boolean | null): string {
  return value === null ? '–' : String(value);
}
