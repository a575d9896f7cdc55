import type { ExplainedMember } from '../../contracts/explain.ts';
import { formatDay } from '../../core/calendar-day.ts';
import type { QualityFinding } from '../../market/quality/finding.ts';

type ExplainedFinding = ExplainedMember['findings'][number];

/** A look-up of the explained quality findings of a symbol, by day, then code. */
export function findingsBySymbol(findings: readonly QualityFinding[]): (symbol: string) => ExplainedFinding[] {
  const bySymbol = Map.groupBy(findings, ({ symbol }) => symbol);
  return (symbol) => (bySymbol.get(symbol) ?? []).toSorted(byDayAndCode).map(explainFinding);
}

function byDayAndCode(a: QualityFinding, b: QualityFinding): number {
  if (a.day !== b.day) return a.day - b.day;
  return a.code < b.code ? -1 : a.code > b.code ? 1 : 0;
}

function explainFinding({ day, code, effect, field, observed }: QualityFinding): ExplainedFinding {
  const isShown = typeof observed === 'string' || Number.isFinite(observed);
  return { date: formatDay(day), code, effect, field: field ?? null, observed: isShown ? (observed ?? null) : null };
}
