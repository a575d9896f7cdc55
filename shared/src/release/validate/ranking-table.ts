import type { RankingColumn } from '../../contracts/ranking-row.ts';
import { type CsvTable, csvNumber } from '../../core/csv.ts';

/** One line of the ranking as text cells; a column that the file lacks reads as empty. */
export interface RankingLine {
  /** 1 = first line after the header. */
  readonly row: number;
  readonly cell: (column: RankingColumn) => string;
}

/** latest_ranking.csv as it was read, before anything is believed about it. */
export interface RankingTable {
  readonly header: readonly string[];
  readonly lines: readonly RankingLine[];
}

export function rankingTable(table: CsvTable): RankingTable {
  const lines = table.rows.map((cells, index) => ({
    row: index + 1,
    cell: (column: RankingColumn): string => cells[table.header.indexOf(column)] ?? '',
  }));
  return { header: table.header, lines };
}

const TRUE_WORDS: ReadonlySet<string> = new Set(['1', 'true', 'yes', 'y', 'on']);

/** Lines whose selected_flag means true (1, true, yes, y, on). */
export function selectedLines(ranking: RankingTable): readonly RankingLine[] {
  return ranking.lines.filter((line) => TRUE_WORDS.has(line.cell('selected_flag').trim().toLowerCase()));
}

/** Number in a cell, null where it is empty, undefined where it is neither. */
export function cellNumber(line: RankingLine, column: RankingColumn): number | null | undefined {
  const cell = line.cell(column);
  return cell === '' ? null : csvNumber(cell);
}

/** `row 3, current_rank`. */
export function cellPath(line: RankingLine, column: RankingColumn): string {
  return `row ${line.row}, ${column}`;
}
