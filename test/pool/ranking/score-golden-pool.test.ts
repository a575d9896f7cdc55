import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ridgeCoefficientsCsv } from '#shared/pool/diagnostics/ridge-csv.ts';
import { scoresCsv } from '#shared/pool/diagnostics/scores-csv.ts';
import { decodeExplain, explainBytes } from '#shared/pool/explain/explain-bytes.ts';
import { explainPool } from '#shared/pool/explain/explain-pool.ts';
import { fitModels } from '#shared/pool/models/fit-models.ts';
import type { Panel } from '#shared/pool/panel.ts';
import { scorePool } from '#shared/pool/ranking/score-pool.ts';
import type { ScoredPool } from '#shared/pool/ranking/scored-pool.ts';
import { rankingCsv } from '#shared/release/csv-text.ts';
import { GOLDEN, goldenInput, panelOrThrow } from '../../golden/golden-pool.ts';
import { readParams } from '../../golden/pool-params.ts';
import { cellNumber, hasShared, readTable, sharedPath } from '../../golden/read-csv.ts';
import { type GoldenScore, goldenScores, recordedMl } from '../../golden/recorded-scores.ts';

const REFERENCE = readParams('reference');

describe.skipIf(!hasShared(GOLDEN)).each(['2026-10-31', '2026-11-01'])('golden scores as of %s', (asOf) => {
  const expected = `${GOLDEN}/expected-f64-asof-${asOf}`;
  let panel: Panel;
  let golden: readonly GoldenScore[];
  let pool: ScoredPool;

  beforeAll(() => {
    panel = panelOrThrow(goldenInput(asOf));
    golden = goldenScores(asOf).filter(({ date }) => date === asOf);
    const scored = scorePool(panel, REFERENCE, recordedMl(panel, golden));
    if (!scored.ok) throw new Error(scored.error.map(({ message }) => message).join('; '));
    pool = scored.value;
  });

  it('fits the ridge coefficients within 1e-8', () => {
    const fitted = fitModels(panel.training, panel.scoring, REFERENCE, recordedMl(panel, golden));
    if (!fitted.ok) throw new Error(fitted.error.message);
    const { ridge, ridgeMedians } = fitted.value;
    const meta: unknown = JSON.parse(readFileSync(sharedPath(`${expected}/ridge_meta.json`), 'utf8'));
    expect(panel.training.rowCount).toBe((meta as { n_train: number }).n_train);
    expect(ridge.intercept).toBeCloseTo((meta as { intercept: number }).intercept, 12);
    const table = readTable(sharedPath(`${expected}/ridge_coefficients.csv`));
    expect(table.rows.map((row) => row[0])).toEqual(ridge.features);
    table.rows.forEach((row, j) => {
      const [median, mean, std, coefficient] = row.slice(1).map(Number) as [number, number, number, number];
      expect(ridgeMedians[j]! / median - 1 || 0).toBeCloseTo(0, 9);
      expect(ridge.means[j]! / mean - 1 || 0).toBeCloseTo(0, 9);
      expect(std === 0 ? ridge.stds[j]! : ridge.stds[j]! / std - 1).toBeCloseTo(0, 9);
      expect(ridge.coefficients[j]!).toBeCloseTo(coefficient, 8);
    });
  });

  it('gives every member its scores and ranks', () => {
    expect(golden.length).toBeGreaterThan(0);
    expect(pool.members.map(({ symbol }) => symbol).toSorted()).toEqual(golden.map(({ symbol }) => symbol).toSorted());
    const bySymbol = new Map(golden.map((row) => [row.symbol, row]));
    for (const member of pool.members) {
      const { cell } = bySymbol.get(member.symbol)!;
      expect(member.raw.linear).toBeCloseTo(cell('linear_score_raw'), 8);
      expect(member.raw.rule).toBeCloseTo(cell(`rule_score_${REFERENCE.rules.active_scheme}`), 12);
      expect(member.normalised).toEqual({ rule: cell('rule_score'), linear: cell('linear_score'), ml: cell('ml_score') });
      expect(member.blend.final).toBe(cell('final_score'));
      expect(member.blend.confidence).toBe(cell('confidence'));
      expect(member.rank).toBe(cell('current_rank'));
      expect(Number(member.selected)).toBe(cell('selected_flag'));
    }
  });

  it('writes scores.csv of all sixty dates', () => {
    const golden = readTable(sharedPath(`${expected}/scores_last60.csv.gz`));
    const own = scoresCsv(panel, pool, REFERENCE)
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    expect(own[0]).toEqual(golden.header);
    expect(own.length).toBe(golden.rows.length + 1);
    const inexact = new Set(['linear_score_raw', ...golden.header.filter((name) => name.startsWith('rule_score_'))]);
    golden.rows.forEach((row, i) => {
      row.forEach((cell, j) => {
        if (cell !== '' && inexact.has(golden.header[j]!)) expect(cellNumber(own[i + 1]![j]!)).toBeCloseTo(cellNumber(cell), 8);
        else expect(own[i + 1]![j]).toBe(cell);
      });
    });
  });

  it('writes ridge_coefficients.csv with the columns of the reference', () => {
    const golden = readTable(sharedPath(`${expected}/ridge_coefficients.csv`));
    const own = ridgeCoefficientsCsv(pool.models)
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    expect(own[0]).toEqual(golden.header);
    expect(own.slice(1).map(([feature]) => feature)).toEqual(golden.rows.map(([feature]) => feature));
  });

  it('explains every symbol of the metadata and of the candles once', () => {
    const input = goldenInput(asOf);
    const known = [...input.candles, ...input.metadata[0]!.instruments].map(({ symbol }) => symbol);
    const explain = explainPool(panel, pool, { params: REFERENCE, paramsSha256: '0'.repeat(64), inputs: [] });
    const named = [...explain.selected, ...explain.ranked, ...explain.excluded].map(({ symbol }) => symbol);
    expect(named.toSorted()).toEqual([...new Set(known)].toSorted());
    expect(explain.model.backend).toBe('recorded');
    expect([...explain.selected, ...explain.ranked].every(({ ml }) => ml === null)).toBe(true);
    expect(decodeExplain(explainBytes(explain)).ok).toBe(true);
  });

  it('ranks as latest_ranking.csv does, byte for byte', () => {
    expect(rankingCsv(pool.decision)).toBe(readFileSync(sharedPath(`${expected}/artifacts/latest_ranking.csv`), 'utf8'));
  });
});
