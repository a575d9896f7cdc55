import { err, ok, type Result } from '../../core/result.ts';

/** What a CSV column becomes; columns of other names are ignored. */
export type CandleColumn =
  | 'date'
  | 'open'
  | 'high'
  | 'low'
  | 'close'
  | 'volume'
  | 'quote_volume'
  | 'trade_count'
  | 'taker_buy_base_volume'
  | 'taker_buy_quote_volume';

/** Role of every column in file order; null = ignored. */
export type CandleCsvLayout = readonly (CandleColumn | null)[];

const REQUIRED = ['date', 'open', 'high', 'low', 'close', 'volume', 'quote_volume'] as const;

const COLUMN_OF_HEADER: Readonly<Record<string, CandleColumn>> = {
  date: 'date',
  open: 'open',
  high: 'high',
  low: 'low',
  close: 'close',
  volume: 'volume',
  quote_volume: 'quote_volume',
  trade_count: 'trade_count',
  // Recorded sets name the count `trades` (pool spec §3).
  trades: 'trade_count',
  taker_buy_base_volume: 'taker_buy_base_volume',
  taker_buy_quote_volume: 'taker_buy_quote_volume',
};

/** Layout of a header line, or why it is refused: a name that occurs twice or a required column that is missing. */
export function candleCsvLayout(header: string): Result<CandleCsvLayout, string> {
  const names = header.split(',');
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) return err(`the header names ${JSON.stringify(twice)} twice`);
  const layout = names.map((name) => (Object.hasOwn(COLUMN_OF_HEADER, name) ? COLUMN_OF_HEADER[name]! : null));
  const missing = REQUIRED.filter((column) => !layout.includes(column));
  if (missing.length > 0) return err(`the header lacks ${missing.join(', ')}`);
  if (layout.filter((column) => column === 'trade_count').length > 1) return err('the header names the trade count twice');
  return ok(layout);
}
