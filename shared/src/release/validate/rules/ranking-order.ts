import { member, shown, textsOf } from '../json-fields.ts';
import { cellNumber, cellPath, type RankingLine, type RankingTable, selectedLines } from '../ranking-table.ts';
import type { ReleaseWorld } from '../release-world.ts';
import type { Violation } from '../rule.ts';
import type { BuildFacts, StrictOptions } from '../validation-options.ts';
import { poolSymbolsOf } from './pool-agreement.ts';

const FILE = 'latest_ranking.csv';

/** V26: universe ascending; ranking in the order of pool spec §14; ranks 1 … n; selected = the first pool-size rows. */
export function orderIsThatOfTheRanking(world: ReleaseWorld, options: StrictOptions): readonly Violation[] {
  const { universe, ranking, pool } = world;
  const symbols = textsOf(member(universe?.root, 'symbols')) ?? [];
  const unsorted = symbols.findIndex((symbol, index) => index > 0 && symbol < (symbols[index - 1] ?? ''));
  return [
    ...(unsorted < 0
      ? []
      : [{ file: 'latest_universe.json', path: `symbols[${unsorted}]`, message: `${symbols[unsorted]} is out of order` }]),
    ...(ranking ? rowViolations(ranking, options.tieBreaks) : []),
    ...(ranking ? rankViolations(ranking) : []),
    ...(ranking && pool ? selectionViolations(ranking, poolSymbolsOf(pool).length) : []),
  ];
}

function rowViolations({ lines }: RankingTable, tieBreaks: BuildFacts['tieBreaks']): readonly Violation[] {
  return lines.flatMap((line, index) => {
    const before = lines[index - 1];
    if (before === undefined || compareRows(before, line, tieBreaks) <= 0) return [];
    const message = `${line.cell('symbol')} ranks before ${before.cell('symbol')} of the row above`;
    return [{ file: FILE, path: `row ${line.row}`, message }];
  });
}

/** final ↓, confidence ↓, liquidity_stability ↓, avg_quote_vol_180 ↓, symbol ↑; missing last. */
function compareRows(a: RankingLine, b: RankingLine, tieBreaks: BuildFacts['tieBreaks']): number {
  const byScore =
    descending(score(a, 'final_score'), score(b, 'final_score')) || descending(score(a, 'confidence'), score(b, 'confidence'));
  if (byScore !== 0 || tieBreaks === undefined) return byScore;
  const [left, right] = [tieBreaks.get(a.cell('symbol')), tieBreaks.get(b.cell('symbol'))];
  return (
    descending(left?.liquidityStability ?? null, right?.liquidityStability ?? null) ||
    descending(left?.avgQuoteVol180 ?? null, right?.avgQuoteVol180 ?? null) ||
    (a.cell('symbol') < b.cell('symbol') ? -1 : 1)
  );
}

function descending(a: number | null, b: number | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return b - a;
}

function score(line: RankingLine, column: 'final_score' | 'confidence'): number | null {
  return cellNumber(line, column) ?? null;
}

/** Rows with a final score carry their position, rows without carry none. */
function rankViolations({ lines }: RankingTable): readonly Violation[] {
  return lines.flatMap((line, index) => {
    const expected = line.cell('final_score') === '' ? null : index + 1;
    if (cellNumber(line, 'current_rank') === expected) return [];
    const message = `${shown(line.cell('current_rank'))} where ${expected ?? 'no rank'} is expected`;
    return [{ file: FILE, path: cellPath(line, 'current_rank'), message }];
  });
}

function selectionViolations(ranking: RankingTable, size: number): readonly Violation[] {
  const wrong = selectedLines(ranking).find((line, index) => line.row !== index + 1 || index >= size);
  if (wrong === undefined) return [];
  return [
    {
      file: FILE,
      path: cellPath(wrong, 'selected_flag'),
      message: `not one of the first ${size} rows, or a row above it is not selected`,
    },
  ];
}
