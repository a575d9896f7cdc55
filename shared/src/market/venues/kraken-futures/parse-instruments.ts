import type { InstrumentSpec } from '../../../contracts/instrument-spec.ts';
import { FrameRefused } from '../frame-syntax.ts';
import { type InstrumentListing, listInstruments, stepDecimals, unitStep } from '../instrument-list.ts';
import { arrayOf, instantOf, objectOf, textOf } from '../json-fields.ts';
import { krakenAsset } from '../kraken-spot/pair-names.ts';
import { numberOrNull, positiveOf } from '../number-fields.ts';

const HOUR_MS = 3_600_000;
/** `PF_XBTUSD`, `PI_XBTUSD`, `FI_XBTUSD_210924`, `FF_XBTUSD_261231`. */
const PRODUCT = /^(PF|PI|FF|FI)_([A-Z0-9]+?)(USD|EUR|GBP|USDT|USDC)(?:_(\d{6}))?$/;

/** Kraken Futures' `instruments` reply. Linear products come first: where both exist the inverse one has no name of its own. */
export function parseKrakenFuturesProducts(value: unknown): InstrumentListing {
  const reply = objectOf(value, 'reply');
  if (reply.result !== 'success') throw new FrameRefused('shape', `result ${JSON.stringify(reply.result)}`);
  const rows = arrayOf(reply.instruments, 'instruments').map((row) => objectOf(row, 'instrument'));
  const named = rows.map((row) => [textOf(row.symbol, 'symbol').toUpperCase(), row] as const);
  const order = named.toSorted(([a], [b]) => Number(b[1] === 'F') - Number(a[1] === 'F'));
  return listInstruments(order.map(([symbol, row]) => [symbol, () => product(symbol, row)]));
}

function product(symbol: string, row: Readonly<Record<string, unknown>>): InstrumentSpec | string {
  const match = PRODUCT.exec(symbol);
  if (match === null) return 'no future of one asset';
  const [, family = '', base = '', quote = '', date] = match;
  const tick = positiveOf(row.tickSize, 'tickSize');
  const precision = numberOrNull(row.contractValueTradePrecision) ?? 0;
  const qtyDecimals = Math.max(0, precision);
  const kind = date === undefined ? 'perp' : 'future';
  return {
    id: `${krakenAsset(base)}-${quote}.${date === undefined ? 'perp' : `fut-20${date}`}@krakenfutures`,
    venue_symbol: symbol,
    kind,
    settle: family.endsWith('I') ? 'inverse' : 'linear',
    tick,
    lot: unitStep(qtyDecimals),
    price_decimals: stepDecimals(tick),
    qty_decimals: qtyDecimals,
    contract_size: positiveOf(row.contractSize, 'contractSize'),
    min_qty: null,
    min_notional: null,
    funding_interval_ms: kind === 'perp' ? HOUR_MS : null,
    status: row.tradeable === true ? 'trading' : 'halted',
    listed_at: positiveInstant(row.openingDate),
    expiry: positiveInstant(row.lastTradingTime),
  };
}

function positiveInstant(value: unknown): number | null {
  const ms = instantOf(value ?? undefined, 'date', -1);
  return ms >= 0 ? ms : null;
}
