import type { DataQualityMessage } from '../../contracts/data-quality.ts';
import type { QualityFinding, QualityPair, Verdict } from './finding.ts';
import type { RecordScore } from './record-score.ts';

/** A message of `data-quality` with whom it is about. */
export interface QualityMessage {
  readonly pair: QualityPair;
  readonly message: DataQualityMessage;
}

/** What was found of one record. */
export interface Judgement extends RecordScore {
  readonly verdict: Verdict;
  readonly findings: readonly QualityFinding[];
}

/** A verdict of a pair's table is told at most so often: prints come by the second. */
const EVERY_MS = 10_000;

const ORDER: readonly Verdict[] = ['pass', 'flag', 'fail'];

interface Series {
  readonly pair: QualityPair;
  readonly table: string;
  told: Verdict | null;
  toldMs: number;
  /** Of what came since. */
  worst: Judgement | null;
}

/** The worst verdict of each pair's table, told when it is another than the one before. */
export class SeriesVerdicts {
  readonly #series = new Map<string, Series>();

  note(pair: QualityPair, table: string, judgement: Judgement): void {
    const key = `${table} ${pair.source} ${pair.symbol}`;
    const series = this.#series.get(key) ?? { pair, table, told: null, toldMs: Number.NEGATIVE_INFINITY, worst: null };
    this.#series.set(key, series);
    if (series.worst === null || isWorse(judgement, series.worst)) series.worst = judgement;
  }

  /** What is to be told at `nowMs`; a first verdict that all is well is no news. */
  due(nowMs: number): readonly QualityMessage[] {
    const found: QualityMessage[] = [];
    for (const series of this.#series.values()) {
      if (series.worst === null || nowMs - series.toldMs < EVERY_MS) continue;
      const { verdict, score, grade, findings } = series.worst;
      const before = series.told;
      series.worst = null;
      series.told = verdict;
      series.toldMs = nowMs;
      if (verdict === (before ?? 'pass')) continue;
      const checks = [...new Set(findings.map(({ check }) => check))];
      const { pair, table } = series;
      found.push({ pair, message: { kind: 'verdict', table, ts: nowMs, verdict, before, score, grade, checks } });
    }
    return found;
  }
}

function isWorse(one: Judgement, other: Judgement): boolean {
  const difference = ORDER.indexOf(one.verdict) - ORDER.indexOf(other.verdict);
  return difference > 0 || (difference === 0 && one.score < other.score);
}
