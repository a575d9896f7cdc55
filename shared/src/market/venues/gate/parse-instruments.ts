import type { InstrumentSpec } from '../../../contracts/instrument-spec.ts';
import { type InstrumentListing, listInstruments, stepDecimals, unitStep } from '../instrument-list.ts';
import { arrayOf, integerOf, objectOf, textOf } from '../json-fields.ts';
import { positiveOf, positiveOrNull, spanMsOrNull } from '../number-fields.ts';

/** Gate's `spot/currency_pairs` reply. */
export function parseGatePairs(value: unknown): InstrumentListing {
  const rows = arrayOf(value, 'reply').map((row) => objectOf(row, 'pair'));
  return listInstruments(rows.map((row) => [String(row.id), () => pair(row)]));
}

/** Gate's `futures/usdt/contracts` reply. A contract is `quanto_multiplier` of the base asset. */
export function parseGateContracts(value: unknown): InstrumentListing {
  const rows = arrayOf(value, 'reply').map((row) => objectOf(row, 'contract'));
  return listInstruments(rows.map((row) => [String(row.name), () => contract(row)]));
}

type Row = Readonly<Record<string, unknown>>;

function pair(row: Row): InstrumentSpec {
  const priceDecimals = integerOf(row.precision, 'precision');
  const qtyDecimals = integerOf(row.amount_precision, 'amount_precision');
  return {
    id: `${textOf(row.base, 'base')}-${textOf(row.quote, 'quote')}.spot@gate`,
    venue_symbol: textOf(row.id, 'id'),
    kind: 'spot',
    settle: 'linear',
    tick: unitStep(priceDecimals),
    lot: unitStep(qtyDecimals),
    price_decimals: priceDecimals,
    qty_decimals: qtyDecimals,
    contract_size: 1,
    min_qty: positiveOrNull(row.min_base_amount),
    min_notional: positiveOrNull(row.min_quote_amount),
    funding_interval_ms: null,
    status: row.trade_status === 'tradable' ? 'trading' : 'halted',
    listed_at: null,
    expiry: null,
  };
}

function contract(row: Row): InstrumentSpec | string {
  const name = textOf(row.name, 'name');
  const [base = '', quote = ''] = name.split('_');
  const multiplier = positiveOrNull(row.quanto_multiplier);
  if (multiplier === null) return 'worth nothing by its multiplier';
  return {
    id: `${base}-${quote}.perp@gate`,
    venue_symbol: name,
    kind: 'perp',
    settle: 'linear',
    tick: positiveOf(row.order_price_round, 'order_price_round'),
    lot: 1,
    price_decimals: stepDecimals(textOf(row.order_price_round, 'order_price_round')),
    qty_decimals: 0,
    contract_size: multiplier,
    min_qty: positiveOrNull(row.order_size_min),
    min_notional: null,
    funding_interval_ms: spanMsOrNull(row.funding_interval, 1000),
    status: row.in_delisting === true ? 'delisted' : 'trading',
    listed_at: spanMsOrNull(row.create_time, 1000),
    expiry: null,
  };
}
