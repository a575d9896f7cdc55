import type { RecordedEvent } from '#shared/market/recording/recorded-event.ts';
import type { BookInstrument } from '#shared/market/venues/book-instruments.ts';
import { cryptofeed } from './recorded-data.ts';

/** Digits of every pair in the recorded AssetPairs reply, under the WebSocket v1 name. Dark pools have none and are left out. */
export function krakenPairs(): readonly BookInstrument[] {
  const rows = Object.values(body(cryptofeed('KRAKEN.0.assetpairs')).result as Record<string, PairRow>);
  return rows
    .filter((row) => row.wsname !== undefined)
    .map((row) => ({ symbol: row.wsname!, priceDecimals: row.pair_decimals, sizeDecimals: row.lot_decimals }));
}

/** Digits of the recorded Gate spot pairs as the venue states them; its books hold dust with more. */
export function gatePairs(): readonly BookInstrument[] {
  const rows = body(cryptofeed('GATEIO.0.gz')) as unknown as { id: string; precision: number; amount_precision: number }[];
  return rows.map((row) => ({ symbol: row.id, priceDecimals: row.precision, sizeDecimals: row.amount_precision }));
}

/** Digits of the recorded Gate contracts: prices from the rounding step, sizes in whole contracts. */
export function gateContracts(): readonly BookInstrument[] {
  const rows = body(cryptofeed('GATEIO_FUTURES.0.contracts.gz')) as unknown as { name: string; order_price_round: string }[];
  return rows.map((row) => ({ symbol: row.name, priceDecimals: stepDecimals(row.order_price_round), sizeDecimals: 0 }));
}

/** Digits of the recorded Kraken Futures products: prices from `tickSize`, sizes in whole contracts of 1 USD. */
export function krakenFuturesProducts(): readonly BookInstrument[] {
  const reply = body(cryptofeed('KRAKEN_FUTURES.0.instruments')) as unknown as { instruments: ProductRow[] };
  return reply.instruments
    .filter((row) => row.tickSize !== undefined)
    .map((row) => ({ symbol: row.symbol.toUpperCase(), priceDecimals: stepDecimals(String(row.tickSize)), sizeDecimals: 0 }));
}

/** Digits of the recorded Gemini symbols: `quote_increment` for prices, `tick_size` for sizes. */
export function geminiSymbols(): readonly BookInstrument[] {
  return cryptofeed('GEMINI.0.symbols')
    .filter((event) => event.kind === 'http' && event.text.startsWith('{'))
    .map((event) => JSON.parse(event.text) as { symbol: string; tick_size: number; quote_increment: number })
    .map((row) => ({
      symbol: row.symbol,
      priceDecimals: stepDecimals(String(row.quote_increment)),
      sizeDecimals: stepDecimals(String(row.tick_size)),
    }));
}

interface PairRow {
  readonly wsname?: string;
  readonly pair_decimals: number;
  readonly lot_decimals: number;
}

interface ProductRow {
  readonly symbol: string;
  readonly tickSize?: number;
}

function body(events: readonly RecordedEvent[]): Record<string, unknown> {
  const reply = events.find((event) => event.kind === 'http');
  return JSON.parse(reply?.text ?? '{}') as Record<string, unknown>;
}

/** Fraction digits of a step such as `0.0001` or `1e-7`. */
function stepDecimals(step: string): number {
  const [mantissa = '', exponent = '0'] = step.toLowerCase().split('e');
  return Math.max(0, (mantissa.split('.')[1] ?? '').length - Number(exponent));
}
