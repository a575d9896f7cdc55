import type { PoolDecision, RankedMember } from '../contracts/pool-decision.ts';
import { RANKING_COLUMNS, type RankingRow } from '../contracts/ranking-row.ts';
import { csvLine } from '../core/csv-line.ts';
import { floatText } from '../core/number-text.ts';

/** Text of latest_ranking.csv: header, one line a member in ranking order, `\n` after every line (release spec §2). */
export function rankingCsv(decision: PoolDecision): string {
  const rows = decision.members.map((member) => rankingLine(rankingRow(decision, member)));
  return csvLine(RANKING_COLUMNS) + rows.join('');
}

/** The published row of one member. */
function rankingRow(decision: PoolDecision, member: RankedMember): RankingRow {
  return {
    as_of_date: decision.asOfDate,
    symbol: member.symbol,
    rule_score: member.ruleScore,
    linear_score: member.linearScore,
    ml_score: member.mlScore,
    final_score: member.finalScore,
    regime: decision.regime,
    confidence: member.confidence,
    selected_flag: member.selected,
    current_rank: member.currentRank,
  };
}

/** One line: floats in shortest round-trip form, booleans `True`/`False`, the rank as an integer, missing cells empty. */
function rankingLine(row: RankingRow): string {
  return csvLine([
    row.as_of_date,
    row.symbol,
    floatCell(row.rule_score),
    floatCell(row.linear_score),
    floatCell(row.ml_score),
    floatCell(row.final_score),
    row.regime,
    floatCell(row.confidence),
    row.selected_flag ? 'True' : 'False',
    row.current_rank === null ? null : String(row.current_rank),
  ]);
}

function floatCell(value: number | null): string | null {
  return value === null ? null : floatText(value);
}
