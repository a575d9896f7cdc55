import type { InstrumentSpec } from '../../../contracts/instrument-spec.ts';
import { type InstrumentListing, listInstruments, stepDecimals } from '../instrument-list.ts';
import { arrayOf, objectOf, textOf } from '../json-fields.ts';
import { millisOrNull, positiveOf, positiveOrNull } from '../number-fields.ts';

/** What most USDM contracts settle by; `fundingInfo` lists the others. */
const DEFAULT_FUNDING_MS = 8 * 3_600_000;

/** Binance's `exchangeInfo` reply of spot or USDM. */
export function parseBinanceSymbols(value: unknown, venue: 'binance' | 'binanceusdm'): InstrumentListing {
  const rows = arrayOf(objectOf(value, 'reply').symbols, 'symbols').map((row) => objectOf(row, 'symbol'));
  return listInstruments(rows.map((row) => [String(row.symbol), () => symbol(row, venue)]));
}

type Row = Readonly<Record<string, unknown>>;

function symbol(row: Row, venue: 'binance' | 'binanceusdm'): InstrumentSpec | string {
  const isPerpetual = venue === 'binanceusdm';
  if (isPerpetual && row.contractType !== 'PERPETUAL') return `contract type ${String(row.contractType)}`;
  const tick = textOf(filter(row, 'PRICE_FILTER').tickSize, 'tickSize');
  const lot = textOf(filter(row, 'LOT_SIZE').stepSize, 'stepSize');
  return {
    id: `${textOf(row.baseAsset, 'baseAsset')}-${textOf(row.quoteAsset, 'quoteAsset')}.${isPerpetual ? 'perp' : 'spot'}@${venue}`,
    venue_symbol: textOf(row.symbol, 'symbol'),
    kind: isPerpetual ? 'perp' : 'spot',
    settle: 'linear',
    tick: positiveOf(tick, 'tickSize'),
    lot: positiveOf(lot, 'stepSize'),
    price_decimals: stepDecimals(tick),
    qty_decimals: stepDecimals(lot),
    contract_size: 1,
    min_qty: positiveOrNull(filter(row, 'LOT_SIZE').minQty),
    min_notional: positiveOrNull(filter(row, 'MIN_NOTIONAL').minNotional ?? filter(row, 'MIN_NOTIONAL').notional),
    funding_interval_ms: isPerpetual ? DEFAULT_FUNDING_MS : null,
    status: row.status === 'TRADING' ? 'trading' : 'halted',
    listed_at: millisOrNull(row.onboardDate),
    expiry: null,
  };
}

function filter(row: Row, type: string): Row {
  const found = arrayOf(row.filters, 'filters').find((each) => objectOf(each, 'filter').filterType === type);
  return found === undefined ? {} : objectOf(found, 'filter');
}
