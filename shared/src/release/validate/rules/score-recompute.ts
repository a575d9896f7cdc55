import type { ScoreWeights } from '../../../contracts/pool-params.ts';
import type { RankingColumn } from '../../../contracts/ranking-row.ts';
import type { JsonNode } from '../../../core/json-tree.ts';
import { member, shown } from '../json-fields.ts';
import { cellNumber, cellPath, type RankingLine, type RankingTable, selectedLines } from '../ranking-table.ts';
import { type JsonDocument, poolDocuments, type ReleaseWorld } from '../release-world.ts';
import type { Violation } from '../rule.ts';
import type { StrictOptions } from '../validation-options.ts';

const FILE = 'latest_ranking.csv';
const TOLERANCE = 1e-12;
const SCORES = [
  'rule_score',
  'linear_score',
  'ml_score',
  'final_score',
  'confidence',
] as const satisfies readonly RankingColumn[];

/**
 * V27: scores lie in [0, 1] or are empty, one known regime, final_score and confidence follow from the components; where
 * `selection_meta` repeats them, it repeats them exactly.
 */
export function scoresRecompute(world: ReleaseWorld, options: StrictOptions): readonly Violation[] {
  const { ranking } = world;
  if (ranking === undefined) return [];
  const regime = ranking.lines[0]?.cell('regime') ?? '';
  const weights = (options.regimeWeights.weights as Readonly<Record<string, ScoreWeights>>)[regime];
  const others = ranking.lines.filter((line) => line.cell('regime') !== regime);
  return [
    ...others.map((line) => ({
      file: FILE,
      path: cellPath(line, 'regime'),
      message: `${shown(line.cell('regime'))} is not ${shown(regime)}`,
    })),
    ...(weights === undefined && ranking.lines.length > 0
      ? [{ file: FILE, path: 'row 1, regime', message: `${shown(regime)} is no known regime` }]
      : []),
    ...ranking.lines.flatMap(rangeViolations),
    ...(weights === undefined ? [] : ranking.lines.flatMap((line) => recomputed(line, weights))),
    ...poolDocuments(world).flatMap((document) => metaViolations(document, ranking)),
  ];
}

function rangeViolations(line: RankingLine): readonly Violation[] {
  return SCORES.flatMap((column) => {
    const value = cellNumber(line, column);
    if (value === null || (value !== undefined && value >= 0 && value <= 1)) return [];
    return [{ file: FILE, path: cellPath(line, column), message: `${shown(line.cell(column))} is no score in [0, 1]` }];
  });
}

/** Rows that were given no final score have no confidence either; a row whose cells are no numbers is reported above. */
function recomputed(line: RankingLine, weights: ScoreWeights): readonly Violation[] {
  const [rule, linear, ml, final, confidence] = SCORES.map((column) => cellNumber(line, column));
  if (rule === undefined || linear === undefined || ml === undefined || final === undefined || confidence === undefined)
    return [];
  const expected =
    final === null ? { final: null, confidence: null } : blend([rule, linear, ml], [weights.rule, weights.linear, weights.ml]);
  return [
    ...differs(line, 'final_score', final, expected.final),
    ...differs(line, 'confidence', confidence, expected.confidence),
  ];
}

/** Ensemble of pool spec §14, in its order of operations. */
function blend(
  scores: readonly (number | null)[],
  weights: readonly number[],
): { final: number | null; confidence: number | null } {
  let num = 0;
  let den = 0;
  for (const [index, value] of scores.entries()) {
    if (value === null) continue;
    num += (weights[index] ?? 0) * value;
    den += weights[index] ?? 0;
  }
  if (den === 0) return { final: null, confidence: null };
  const final = num / den;
  const spread = sampleStd(scores.filter((value) => value !== null)) ?? 0.5;
  const agreement = 1 - 2 * Math.min(Math.max(spread, 0), 0.5);
  const edge = 2 * Math.abs(final - 0.5);
  return { final, confidence: Math.min(Math.max(0.6 * agreement + 0.4 * edge, 0), 1) };
}

function sampleStd(values: readonly number[]): number | undefined {
  if (values.length < 2) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return Math.sqrt(squares / (values.length - 1));
}

function differs(line: RankingLine, column: RankingColumn, found: number | null, wanted: number | null): readonly Violation[] {
  if (found === null ? wanted === null : wanted !== null && Math.abs(found - wanted) <= TOLERANCE) return [];
  const message = `${found ?? 'nothing'} is stated, the components give ${wanted ?? 'nothing'}`;
  return [{ file: FILE, path: cellPath(line, column), message }];
}

function metaViolations({ file, root }: JsonDocument, ranking: RankingTable): readonly Violation[] {
  const meta = member(root, 'selection_meta');
  if (meta === undefined) return [];
  const selected = new Map(selectedLines(ranking).map((line) => [line.cell('symbol'), line]));
  const entries = new Map(meta.kind === 'object' ? meta.entries : []);
  const at = (symbol: string, message: string): Violation => ({ file, path: `selection_meta.${symbol}`, message });
  const unknown = [...entries.keys()].filter((symbol) => !selected.has(symbol));
  const wrong = [...selected].filter(([symbol, line]) => !repeatsRow(entries.get(symbol), line));
  return [
    ...unknown.map((symbol) => at(symbol, 'is not selected in the ranking')),
    ...wrong.map(([symbol, line]) => at(symbol, `is not what row ${line.row} of the ranking says`)),
  ];
}

function repeatsRow(entry: JsonNode | undefined, line: RankingLine): boolean {
  const columns = ['final_score', 'confidence', 'current_rank'] as const;
  return columns.every((column) => numberOf(member(entry, column)) === cellNumber(line, column));
}

function numberOf(node: JsonNode | undefined): number | undefined {
  return node?.kind === 'integer' || node?.kind === 'float' ? node.value : undefined;
}
