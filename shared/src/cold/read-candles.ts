import { DAY_MS } from '../core/calendar-day.ts';
import type { CandleSeries } from '../market/candle-series.ts';
import type { ColdStore, ColdValue, RowBatch } from '../ports/cold-store.ts';
import { OHLCV_1D } from './tables.ts';

const NUMBERS = ['open', 'high', 'low', 'close', 'volume', 'quote_volume', 'trades'] as const;
/** Columns of `ohlcv_1d` that candles are read from. */
export const CANDLE_COLUMNS: readonly string[] = ['ts', 'symbol', 'venue', ...NUMBERS, 'available_at'];
const EVER = { from: 0, to: Date.UTC(3000, 0, 1) };

/** Rows of one symbol as they were stored, versions included. */
interface Gathered {
  readonly day: number[];
  readonly availableAt: number[];
  readonly values: number[][];
}

/**
 * Daily candles of one source as series ascending by pool symbol (`BTC-USDT` becomes BTCUSDT), of each day the newest version, with
 * `asOfMs` the newest that was available then. A missing quote volume or count is NaN.
 */
export async function readCandles(
  cold: ColdStore,
  sourceId: string,
  options: { readonly asOfMs?: number } = {},
): Promise<readonly CandleSeries[]> {
  const read = { ...(options.asOfMs !== undefined && { asOfMs: options.asOfMs }) };
  return seriesOf(everyBatch(cold, read), sourceId);
}

async function* everyBatch(cold: ColdStore, read: { readonly asOfMs?: number }): AsyncGenerator<RowBatch> {
  yield* cold.readParquet(OHLCV_1D, EVER, CANDLE_COLUMNS, read);
  yield* cold.readCsv(OHLCV_1D, EVER, CANDLE_COLUMNS, read);
}

/** The same from rows that hold `CANDLE_COLUMNS`, wherever they come from. */
export async function seriesOf(batches: AsyncIterable<RowBatch>, sourceId: string): Promise<readonly CandleSeries[]> {
  const symbols = new Map<string, Gathered>();
  for await (const batch of batches) gather(batch, sourceId, symbols);
  const names = [...symbols.keys()].sort();
  return names.map((name) => toSeries(name.replace('-', ''), symbols.get(name)!));
}

function gather(batch: RowBatch, sourceId: string, symbols: Map<string, Gathered>): void {
  const { ts, symbol, venue, available_at } = batch.columns;
  const columns = NUMBERS.map((name) => batch.columns[name]!);
  for (let row = 0; row < batch.rows; row++) {
    if (venue![row] !== sourceId) continue;
    const name = String(symbol![row]);
    let rows = symbols.get(name);
    if (rows === undefined) {
      rows = { day: [], availableAt: [], values: NUMBERS.map(() => []) };
      symbols.set(name, rows);
    }
    rows.day.push(Number(ts![row]) / DAY_MS - 1);
    rows.availableAt.push(Number(available_at![row]));
    for (let column = 0; column < columns.length; column++) rows.values[column]!.push(orNaN(columns[column]![row]));
  }
}

function orNaN(value: ColdValue | undefined): number {
  return typeof value === 'number' ? value : Number.NaN;
}

function toSeries(symbol: string, rows: Gathered): CandleSeries {
  const order = isAscending(rows.day) ? undefined : newestRows(rows);
  const pick = (values: readonly number[]): Float64Array =>
    order === undefined ? new Float64Array(values) : Float64Array.from(order, (row) => values[row]!);
  const [open = [], high = [], low = [], close = [], volume = [], quoteVolume = [], trades = []] = rows.values;
  return {
    symbol,
    day: order === undefined ? new Int32Array(rows.day) : Int32Array.from(order, (row) => rows.day[row]!),
    open: pick(open),
    high: pick(high),
    low: pick(low),
    close: pick(close),
    volume: pick(volume),
    quoteVolume: pick(quoteVolume),
    ...(!trades.every(Number.isNaN) && { tradeCount: pick(trades) }),
  };
}

/** True for the usual case: files in the order of time and no day corrected. */
function isAscending(day: readonly number[]): boolean {
  return day.every((value, row) => row === 0 || value > day[row - 1]!);
}

/** Row numbers ascending by day, one a day: the last to become available. */
function newestRows({ day, availableAt }: Gathered): readonly number[] {
  const order = Array.from(day, (_, row) => row).sort((a, b) => day[a]! - day[b]! || availableAt[a]! - availableAt[b]! || a - b);
  return order.filter((row, at) => day[row] !== day[order[at + 1] ?? -1]);
}
