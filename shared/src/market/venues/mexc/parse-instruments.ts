import type { InstrumentSpec } from '../../../contracts/instrument-spec.ts';
import { FrameRefused } from '../frame-syntax.ts';
import { type InstrumentListing, listInstruments, stepDecimals, unitStep } from '../instrument-list.ts';
import { arrayOf, integerOf, objectOf, textOf } from '../json-fields.ts';
import { millisOrNull, positiveOf, positiveOrNull } from '../number-fields.ts';

/** MEXC's spot `exchangeInfo` reply. */
export function parseMexcSymbols(value: unknown): InstrumentListing {
  const rows = arrayOf(objectOf(value, 'reply').symbols, 'symbols').map((row) => objectOf(row, 'symbol'));
  return listInstruments(rows.map((row) => [String(row.symbol), () => spot(row)]));
}

/** MEXC's contract `detail` reply. */
export function parseMexcContracts(value: unknown): InstrumentListing {
  const reply = objectOf(value, 'reply');
  if (reply.success !== true) throw new FrameRefused('shape', `success ${String(reply.success)}`);
  const rows = arrayOf(reply.data, 'data').map((row) => objectOf(row, 'contract'));
  return listInstruments(rows.map((row) => [String(row.symbol), () => contract(row)]));
}

type Row = Readonly<Record<string, unknown>>;

function spot(row: Row): InstrumentSpec {
  const priceDecimals = integerOf(row.quotePrecision ?? row.quoteAssetPrecision, 'quotePrecision');
  const qtyDecimals = integerOf(row.baseAssetPrecision, 'baseAssetPrecision');
  return {
    id: `${textOf(row.baseAsset, 'baseAsset')}-${textOf(row.quoteAsset, 'quoteAsset')}.spot@mexc`,
    venue_symbol: textOf(row.symbol, 'symbol'),
    kind: 'spot',
    settle: 'linear',
    tick: unitStep(priceDecimals),
    lot: unitStep(qtyDecimals),
    price_decimals: priceDecimals,
    qty_decimals: qtyDecimals,
    contract_size: 1,
    min_qty: positiveOrNull(row.baseSizePrecision),
    min_notional: positiveOrNull(row.quoteAmountPrecision),
    funding_interval_ms: null,
    status: row.status === '1' || row.status === 'ENABLED' ? 'trading' : 'halted',
    listed_at: null,
    expiry: null,
  };
}

function contract(row: Row): InstrumentSpec | string {
  if (row.settleCoin !== row.quoteCoin) return 'settled in its base';
  const tick = positiveOf(row.priceUnit, 'priceUnit');
  const lot = positiveOf(row.volUnit, 'volUnit');
  return {
    id: `${textOf(row.baseCoin, 'baseCoin')}-${textOf(row.quoteCoin, 'quoteCoin')}.perp@mexc`,
    venue_symbol: textOf(row.symbol, 'symbol'),
    kind: 'perp',
    settle: 'linear',
    tick,
    lot,
    price_decimals: stepDecimals(tick),
    qty_decimals: stepDecimals(lot),
    contract_size: positiveOf(row.contractSize, 'contractSize'),
    min_qty: positiveOrNull(row.minVol),
    min_notional: null,
    // Told with every funding rate; it differs by contract and time.
    funding_interval_ms: null,
    status: row.state === 0 ? 'trading' : 'halted',
    listed_at: millisOrNull(row.createTime),
    expiry: null,
  };
}
