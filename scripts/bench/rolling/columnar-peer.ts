import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type LongTable, ROLLING_COLUMNS } from './columns.ts';

/** A columnar library that computes the same columns. */
export interface ColumnarPeer {
  readonly name: string;
  /** Puts the data into the library's own form, which is not measured, and returns the computation. */
  load(table: LongTable): () => PeerResult;
}

/** Columns in the library's own memory; handing them over as JavaScript arrays costs extra. */
export type PeerResult = () => (readonly (number | null)[])[];

const FOLDER = fileURLToPath(new URL('../../../.toolchain/bench/', import.meta.url));
const POLARS = 'nodejs-polars@0.24.0';
const ARQUERO = 'arquero@7.2.0';

/**
 * The best columnar library that installs here: polars (native, multi-threaded), else arquero. They go into a folder outside the
 * lock file, because polars' platform packages break `npm ci`. `note` is told what is installed and why.
 */
export function columnarPeer(note: (line: string) => void): ColumnarPeer {
  const polars = loadOrInstall(POLARS, note) as Polars | undefined;
  if (polars !== undefined) return polarsPeer(polars);
  const arquero = loadOrInstall(ARQUERO, note) as Arquero | undefined;
  if (arquero === undefined) throw new Error(`neither ${POLARS} nor ${ARQUERO} can be installed into ${FOLDER}`);
  note(`${POLARS} cannot be loaded here; comparing with ${ARQUERO}`);
  return arqueroPeer(arquero);
}

function loadOrInstall(spec: string, note: (line: string) => void): unknown {
  const name = spec.slice(0, spec.lastIndexOf('@'));
  const load = createRequire(`${FOLDER}index.js`);
  try {
    return load(name);
  } catch {
    note(`installing ${spec} into .toolchain/bench (first use)`);
  }
  mkdirSync(FOLDER, { recursive: true });
  spawnSync('npm', ['install', '--prefix', FOLDER, '--save-exact', '--no-audit', '--no-fund', spec], { stdio: 'ignore' });
  try {
    return load(name);
  } catch {
    return undefined;
  }
}

interface PolarsExpression {
  rollingMean(options: { windowSize: number }): PolarsExpression;
  rollingMax(options: { windowSize: number }): PolarsExpression;
  rollingStd(options: { windowSize: number }): PolarsExpression;
  over(column: string): PolarsExpression;
  alias(name: string): PolarsExpression;
}

interface PolarsFrame {
  select(...expressions: PolarsExpression[]): PolarsFrame;
  getColumn(name: string): { toArray(): (number | null)[] };
}

interface Polars {
  DataFrame(columns: Record<string, unknown>): PolarsFrame;
  col(name: string): PolarsExpression;
}

function polarsPeer(polars: Polars): ColumnarPeer {
  const expressions = ROLLING_COLUMNS.map(({ statistic, input, width }, j) => {
    const column = polars.col(input);
    const options = { windowSize: width };
    const rolled =
      statistic === 'mean'
        ? column.rollingMean(options)
        : statistic === 'max'
          ? column.rollingMax(options)
          : column.rollingStd(options);
    return rolled.over('symbol').alias(`c${j}`);
  });
  return {
    name: POLARS,
    load: (table) => {
      const nullable = Array.from(table.daily_return, (value) => (Number.isNaN(value) ? null : value));
      const { symbol, close, quote_volume } = table;
      const frame = polars.DataFrame({ symbol, close, daily_return: nullable, quote_volume });
      return () => {
        const result = frame.select(...expressions);
        return () => ROLLING_COLUMNS.map((_, j) => result.getColumn(`c${j}`).toArray());
      };
    },
  };
}

interface ArqueroTable {
  groupby(column: string): ArqueroTable;
  derive(columns: Record<string, unknown>): ArqueroTable;
  array(name: string): number[];
}

interface Arquero {
  table(columns: Record<string, unknown>): ArqueroTable;
  rolling(expression: string, frame: readonly [number, number]): unknown;
}

/** Arquero shortens the first windows instead of leaving them missing, and cannot be told otherwise. */
function arqueroPeer(arquero: Arquero): ColumnarPeer {
  const operation = { mean: 'mean', max: 'max', std: 'stdev' } as const;
  const derived = Object.fromEntries(
    ROLLING_COLUMNS.map(({ statistic, input, width }, j) => {
      return [`c${j}`, arquero.rolling(`op.${operation[statistic]}(d.${input})`, [1 - width, 0])];
    }),
  );
  return {
    name: ARQUERO,
    load: ({ symbol, close, daily_return, quote_volume }) => {
      const grouped = arquero.table({ symbol, close, daily_return, quote_volume }).groupby('symbol');
      return () => {
        const result = grouped.derive(derived);
        return () => ROLLING_COLUMNS.map((_, j) => result.array(`c${j}`));
      };
    },
  };
}
