import type { InstrumentSpec } from '../../../contracts/instrument-spec.ts';
import { type InstrumentListing, listInstruments, stepDecimals } from '../instrument-list.ts';
import { arrayOf, isObject, objectOf, textOf } from '../json-fields.ts';
import { positiveOf, positiveOrNull, spanMsOrNull } from '../number-fields.ts';

/** Coinbase's `products` reply: spot products, and perpetual futures under the root of their contract. */
export function parseCoinbaseProducts(value: unknown): InstrumentListing {
  const rows = arrayOf(objectOf(value, 'reply').products, 'products').map((row) => objectOf(row, 'product'));
  return listInstruments(rows.map((row) => [String(row.product_id), () => product(row)]));
}

type Row = Readonly<Record<string, unknown>>;

function product(row: Row): InstrumentSpec | string {
  // A USDC product that is another name of the USD one is told under the USD name.
  if (typeof row.alias === 'string' && row.alias !== '') return `another name of ${row.alias}`;
  const details = isObject(row.future_product_details) ? row.future_product_details : null;
  if (details !== null) return isObject(details.perpetual_details) ? perpetual(row, details) : 'a dated future';
  const base = textOf(row.base_currency_id, 'base_currency_id');
  return spec(row, `${base}-${textOf(row.quote_currency_id, 'quote_currency_id')}.spot@coinbase`, 'spot', 1, null);
}

function perpetual(row: Row, details: Row): InstrumentSpec {
  const base = textOf(details.contract_root_unit, 'contract_root_unit');
  const { funding_interval } = details;
  const interval = typeof funding_interval === 'string' ? spanMsOrNull(funding_interval.replace(/s$/, ''), 1000) : null;
  const size = positiveOf(details.contract_size, 'contract_size');
  return spec(row, `${base}-${textOf(row.quote_currency_id, 'quote_currency_id')}.perp@coinbase`, 'perp', size, interval);
}

function spec(row: Row, id: string, kind: 'spot' | 'perp', contractSize: number, interval: number | null): InstrumentSpec {
  // Futures state the real step of prices apart from the one of the quote currency.
  const tick = textOf(row.price_increment ?? row.quote_increment, 'price_increment');
  const lot = textOf(row.base_increment, 'base_increment');
  const isOpen = row.is_disabled !== true && row.trading_disabled !== true;
  return {
    id,
    venue_symbol: textOf(row.product_id, 'product_id'),
    kind,
    settle: 'linear',
    tick: positiveOf(tick, 'price_increment'),
    lot: positiveOf(lot, 'base_increment'),
    price_decimals: stepDecimals(tick),
    qty_decimals: stepDecimals(lot),
    contract_size: contractSize,
    min_qty: positiveOrNull(row.base_min_size),
    min_notional: positiveOrNull(row.quote_min_size),
    funding_interval_ms: interval,
    status: isOpen ? 'trading' : 'halted',
    listed_at: null,
    expiry: null,
  };
}
