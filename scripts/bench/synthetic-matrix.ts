import { seededRandom } from '#shared/core/seeded-random.ts';
import type { ColumnMatrix } from '#shared/pool/models/column-matrix.ts';

/** A matrix of slowly moving features for `dates` × `symbols` rows, and a target that depends on a few of them. */
export function syntheticMatrix(
  dates: number,
  symbols: number,
  features: number,
): { matrix: ColumnMatrix; target: Float64Array } {
  const rowCount = dates * symbols;
  const columns = Array.from({ length: features }, (_, j) => walks(`column ${j}`, dates, symbols));
  const noise = walks('noise', dates, symbols);
  const target = noise.map((value, i) => 0.5 + 0.1 * value + 0.05 * columns[0]![i]! * columns[1]![i]! + 0.05 * columns[2]![i]!);
  return { matrix: { features: columns.map((_, j) => `x${j}`), rowCount, columns }, target };
}

/** One mean-reverting walk per symbol, rows ordered by (date, symbol). */
function walks(seed: string, dates: number, symbols: number): Float64Array {
  const random = seededRandom(seed);
  const values = new Float64Array(dates * symbols);
  for (let symbol = 0; symbol < symbols; symbol++) {
    let value = random.nextNormal();
    for (let date = 0; date < dates; date++) {
      value = 0.98 * value + 0.2 * random.nextNormal();
      values[date * symbols + symbol] = value;
    }
  }
  return values;
}
