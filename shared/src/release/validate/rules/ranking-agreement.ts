import { RANKING_COLUMNS } from '../../../contracts/ranking-row.ts';
import { normalised, shown } from '../json-fields.ts';
import { cellNumber, cellPath, type RankingLine, type RankingTable, selectedLines } from '../ranking-table.ts';
import type { ReleaseWorld } from '../release-world.ts';
import type { Violation } from '../rule.ts';
import { poolSymbolsOf } from './pool-agreement.ts';

const FILE = 'latest_ranking.csv';

/** V14: ten columns, at least one row, one as_of, and every pool symbol is ranked and selected. */
export function rankingCoversPool({ ranking, pool }: ReleaseWorld): readonly Violation[] {
  if (ranking === undefined) return [];
  const shape = rankingShape(ranking);
  if (pool === undefined || shape.length > 0) return shape;
  const ranked = new Set(ranking.lines.map(symbolOf));
  const selected = new Set(selectedLines(ranking).map(symbolOf));
  return poolSymbolsOf(pool).flatMap((symbol) => {
    if (!ranked.has(symbol)) return [{ file: FILE, path: 'symbol', message: `${symbol} of the pool is not ranked` }];
    return selected.has(symbol) ? [] : [{ file: FILE, path: 'selected_flag', message: `${symbol} of the pool is not selected` }];
  });
}

/** V15: selected rows have distinct numeric ranks, and the pool is exactly these rows by rank. */
export function poolIsSelectionByRank({ ranking, pool }: ReleaseWorld): readonly Violation[] {
  if (ranking === undefined || !hasColumns(ranking)) return [];
  const selected = selectedLines(ranking);
  const badRanks = rankViolations(selected);
  if (badRanks.length > 0 || pool === undefined) return badRanks;
  const expected = [...selected]
    .sort((a, b) => (cellNumber(a, 'current_rank') ?? 0) - (cellNumber(b, 'current_rank') ?? 0))
    .map(symbolOf);
  const symbols = poolSymbolsOf(pool);
  if (selected.length !== symbols.length) {
    return [
      {
        file: FILE,
        path: 'selected_flag',
        message: `${selected.length} rows are selected, the pool has ${symbols.length} symbols`,
      },
    ];
  }
  const at = expected.findIndex((symbol, index) => symbol !== symbols[index]);
  if (at < 0) return [];
  return [{ file: pool.file, path: `symbols[${at}]`, message: `${symbols[at]} where rank ${at + 1} is ${expected[at]}` }];
}

function rankingShape(ranking: RankingTable): readonly Violation[] {
  const missing = RANKING_COLUMNS.filter((column) => !ranking.header.includes(column));
  if (missing.length > 0) return missing.map((column) => ({ file: FILE, path: column, message: 'the column is missing' }));
  if (ranking.lines.length === 0) return [{ file: FILE, path: '', message: 'there is no row' }];
  const first = ranking.lines[0]?.cell('as_of_date');
  return ranking.lines
    .filter((line) => line.cell('as_of_date') !== first)
    .map((line) => ({
      file: FILE,
      path: cellPath(line, 'as_of_date'),
      message: `${shown(line.cell('as_of_date'))} is not ${shown(first)}`,
    }));
}

function hasColumns(ranking: RankingTable): boolean {
  return RANKING_COLUMNS.every((column) => ranking.header.includes(column));
}

function rankViolations(selected: readonly RankingLine[]): readonly Violation[] {
  const seen = new Set<number>();
  return selected.flatMap((line) => {
    const rank = cellNumber(line, 'current_rank');
    const path = cellPath(line, 'current_rank');
    if (rank === null || rank === undefined)
      return [{ file: FILE, path, message: `${shown(line.cell('current_rank'))} is no number` }];
    if (seen.has(rank)) return [{ file: FILE, path, message: `rank ${rank} occurs twice` }];
    seen.add(rank);
    return [];
  });
}

function symbolOf(line: RankingLine): string {
  return normalised(line.cell('symbol'));
}
