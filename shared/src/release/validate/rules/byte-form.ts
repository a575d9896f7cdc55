import { MAX_ARTIFACT_BYTES } from '../../../contracts/artifact-files.ts';
import { RANKING_COLUMNS, type RankingColumn } from '../../../contracts/ranking-row.ts';
import { csvNumber } from '../../../core/csv.ts';
import { csvLine } from '../../../core/csv-line.ts';
import type { JsonNode } from '../../../core/json-tree.ts';
import { floatText } from '../../../core/number-text.ts';
import { utf8 } from '../../../core/text-bytes.ts';
import { prettyJsonBytes } from '../../json-text.ts';
import { member, shown, textOf } from '../json-fields.ts';
import { cellPath, type RankingTable } from '../ranking-table.ts';
import type { JsonDocument, ReleaseWorld } from '../release-world.ts';
import type { Violation } from '../rule.ts';

const MAX_DEPTH = 8;

/** V22: every file has the one byte form of release spec §2: encoding what was read gives the same bytes. */
export function bytesAreCanonical(world: ReleaseWorld): readonly Violation[] {
  const { universe, pool, legacy, manifest, ranking, files } = world;
  const documents = [universe, pool, legacy, manifest].filter((document) => document !== undefined);
  const csv = files.get('latest_ranking.csv');
  const sizes = [...files].filter(([, bytes]) => bytes.length > MAX_ARTIFACT_BYTES);
  return [
    ...documents.flatMap(dateForm),
    ...sizes.map(([file, bytes]) => ({
      file,
      path: '',
      message: `${bytes.length} bytes, at most ${MAX_ARTIFACT_BYTES} are allowed`,
    })),
    ...documents.flatMap(jsonViolations),
    ...(ranking && csv ? csvViolations(ranking, csv) : []),
  ];
}

/** What does not even start with a date is rule V08; a ranking row that differs from the files is V11 or V14. */
function dateForm({ file, root }: JsonDocument): readonly Violation[] {
  const date = textOf(member(root, 'as_of_date'));
  if (date === undefined || date.length <= 10) return [];
  return [{ file, path: 'as_of_date', message: `${shown(date)} is not YYYY-MM-DD` }];
}

function jsonViolations({ file, root, bytes }: JsonDocument): readonly Violation[] {
  const twin = findTwinKey(root, '');
  if (twin !== undefined) return [{ file, path: twin, message: 'the key occurs twice' }];
  if (depthOf(root) > MAX_DEPTH) return [{ file, path: '', message: `nested deeper than ${MAX_DEPTH}` }];
  const at = firstDifference(prettyJsonBytes(root), bytes);
  if (at === undefined) return [];
  return [{ file, path: '', message: `from byte ${at} on not the form of an artifact (indent 2, no newline at the end)` }];
}

function csvViolations(ranking: RankingTable, bytes: Uint8Array): readonly Violation[] {
  const long = ranking.lines.find((line) => line.cell('as_of_date').length > 10);
  if (long !== undefined) {
    const message = `${shown(long.cell('as_of_date'))} is not YYYY-MM-DD`;
    return [{ file: 'latest_ranking.csv', path: cellPath(long, 'as_of_date'), message }];
  }
  const lines = ranking.lines.map((line) =>
    csvLine(ranking.header.map((column) => canonicalCell(column, line.cell(column as RankingColumn)))),
  );
  const at = firstDifference(utf8(csvLine(ranking.header) + lines.join('')), bytes);
  if (at === undefined) return [];
  const row = new TextDecoder().decode(bytes.subarray(0, at)).split('\n').length - 1;
  const path = row === 0 ? 'header' : `row ${row}`;
  return [{ file: 'latest_ranking.csv', path, message: `from byte ${at} on not the form of an artifact (LF, shortest floats)` }];
}

const FLOAT_COLUMNS: ReadonlySet<string> = new Set<RankingColumn>([
  'rule_score',
  'linear_score',
  'ml_score',
  'final_score',
  'confidence',
]);

/** The text that a readable cell must have; what cannot be read is left to the rules about its meaning. */
function canonicalCell(column: string, cell: string): string {
  if (!(RANKING_COLUMNS as readonly string[]).includes(column)) return cell;
  const value = csvNumber(cell);
  if (FLOAT_COLUMNS.has(column)) return value === undefined ? cell : floatText(value);
  if (column === 'current_rank') return value !== undefined && Number.isSafeInteger(value) ? String(value) : cell;
  if (column !== 'selected_flag') return cell;
  return /^(?:1|true|yes|y|on)$/i.test(cell.trim()) ? 'True' : 'False';
}

function findTwinKey(node: JsonNode, path: string): string | undefined {
  if (node.kind === 'array') return firstDefined(node.items, (item, index) => findTwinKey(item, `${path}[${index}]`));
  if (node.kind !== 'object') return undefined;
  const seen = new Set<string>();
  for (const [key, value] of node.entries) {
    const at = path === '' ? key : `${path}.${key}`;
    if (seen.has(key)) return at;
    seen.add(key);
    const inner = findTwinKey(value, at);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function firstDefined<T, R>(items: readonly T[], find: (item: T, index: number) => R | undefined): R | undefined {
  for (const [index, item] of items.entries()) {
    const found = find(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

function depthOf(node: JsonNode): number {
  if (node.kind === 'array') return 1 + node.items.reduce((depth, item) => Math.max(depth, depthOf(item)), 0);
  if (node.kind === 'object') return 1 + node.entries.reduce((depth, [, value]) => Math.max(depth, depthOf(value)), 0);
  return 0;
}

/** Index of the first byte that differs, or undefined when both are equal. */
function firstDifference(expected: Uint8Array, found: Uint8Array): number | undefined {
  const length = Math.max(expected.length, found.length);
  for (let i = 0; i < length; i++) if (expected[i] !== found[i]) return i;
  return undefined;
}
