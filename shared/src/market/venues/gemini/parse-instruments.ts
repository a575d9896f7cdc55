import type { InstrumentSpec } from '../../../contracts/instrument-spec.ts';
import { type InstrumentListing, listInstruments, stepDecimals } from '../instrument-list.ts';
import { arrayOf, objectOf, textOf } from '../json-fields.ts';
import { positiveOf, positiveOrNull } from '../number-fields.ts';

/** Gemini's `symbols/details` replies, one a symbol, gathered in a list. `tick_size` is the step of sizes, `quote_increment` of prices. */
export function parseGeminiDetails(value: unknown): InstrumentListing {
  const rows = arrayOf(value, 'details').map((row) => objectOf(row, 'details'));
  return listInstruments(rows.map((row) => [String(row.symbol), () => symbol(row)]));
}

const HOUR_MS = 3_600_000;

function symbol(row: Readonly<Record<string, unknown>>): InstrumentSpec {
  const isPerpetual = row.product_type === 'swap';
  const name = textOf(row.symbol, 'symbol').toUpperCase();
  const id = `${textOf(row.base_currency, 'base_currency')}-${textOf(row.quote_currency, 'quote_currency')}`;
  const tick = positiveOf(row.quote_increment, 'quote_increment');
  const lot = positiveOf(row.tick_size, 'tick_size');
  return {
    id: `${id}.${isPerpetual ? 'perp' : 'spot'}@gemini`,
    venue_symbol: name,
    kind: isPerpetual ? 'perp' : 'spot',
    settle: 'linear',
    tick,
    lot,
    price_decimals: stepDecimals(tick),
    qty_decimals: stepDecimals(lot),
    contract_size: 1,
    min_qty: positiveOrNull(row.min_order_size),
    min_notional: null,
    funding_interval_ms: isPerpetual ? HOUR_MS : null,
    status: row.status === 'open' ? 'trading' : 'halted',
    listed_at: null,
    expiry: null,
  };
}
