import type { InstrumentSpec } from '../../../contracts/instrument-spec.ts';
import { FrameRefused } from '../frame-syntax.ts';
import { type InstrumentListing, listInstruments, unitStep } from '../instrument-list.ts';
import { arrayOf, integerOf, objectOf, textOf } from '../json-fields.ts';
import { positiveOrNull } from '../number-fields.ts';
import { krakenV2Name } from './pair-names.ts';

/** Kraken's `AssetPairs` reply. Dark pools (`.d`) and rows without a stream name are no instruments (market data spec §2). */
export function parseKrakenPairs(value: unknown): InstrumentListing {
  const reply = objectOf(value, 'reply');
  if (arrayOf(reply.error, 'error').length > 0) throw new FrameRefused('shape', `error ${JSON.stringify(reply.error)}`);
  const pairs = Object.entries(objectOf(reply.result, 'result'));
  return listInstruments(pairs.map(([id, row]) => [id, () => pair(id, row)]));
}

function pair(id: string, value: unknown): InstrumentSpec | string {
  const row = objectOf(value, 'pair');
  if (id.endsWith('.d')) return 'dark pool';
  if (row.wsname === undefined) return 'no stream name';
  const symbol = krakenV2Name(textOf(row.wsname, 'wsname'));
  const priceDecimals = integerOf(row.pair_decimals, 'pair_decimals');
  const qtyDecimals = integerOf(row.lot_decimals, 'lot_decimals');
  const status = row.status === undefined || row.status === 'online' ? 'trading' : 'halted';
  return {
    id: `${symbol.replace('/', '-')}.spot@kraken`,
    venue_symbol: symbol,
    kind: 'spot',
    settle: 'linear',
    tick: positiveOrNull(row.tick_size) ?? unitStep(priceDecimals),
    lot: unitStep(qtyDecimals),
    price_decimals: priceDecimals,
    qty_decimals: qtyDecimals,
    contract_size: 1,
    min_qty: positiveOrNull(row.ordermin),
    min_notional: positiveOrNull(row.costmin),
    funding_interval_ms: null,
    status,
    listed_at: null,
    expiry: null,
  };
}
