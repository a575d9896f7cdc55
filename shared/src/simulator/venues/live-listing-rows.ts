import { unitsText } from '../fixed-digits.ts';
import type { LiveMarket } from '../live/live-market.ts';
import { failed, ok } from './kraken-spot-rest.ts';
import { jsonAnswer, type VenueAnswer } from './venue-http.ts';

type Row = Readonly<Record<string, unknown>>;

/** Gate's list of spot pairs with the digits and the status that live pairs have now. */
export function liveCurrencyPairs(market: LiveMarket, sampled: VenueAnswer): VenueAnswer {
  if (sampled.status !== 200) return sampled;
  const listed = JSON.parse(sampled.body) as Row | readonly Row[];
  const live = (row: Row): Row => {
    const instrument = market.find('gate_spot', String(row.id));
    if (instrument === undefined) return row;
    const { spec, status } = instrument;
    return { ...row, precision: spec.priceDigits, trade_status: status === 'online' ? row.trade_status : 'untradable' };
  };
  return jsonAnswer(200, Array.isArray(listed) ? listed.map(live) : live(listed as Row));
}

/** Kraken's `AssetPairs` with the digits and the status that live pairs have now; a delisted pair is not listed any more. */
export function liveAssetPairs(market: LiveMarket, sampled: VenueAnswer): VenueAnswer {
  const { error, result } = JSON.parse(sampled.body) as {
    readonly error: readonly string[];
    readonly result?: Readonly<Record<string, Row>>;
  };
  if (result === undefined) return sampled;
  const rows = Object.entries(result).flatMap(([id, row]): readonly (readonly [string, Row])[] => {
    const instrument = market.find('kraken_spot', id);
    if (instrument === undefined) return [[id, row]];
    const { spec, status } = instrument;
    if (status === 'delisted') return [];
    const digits = { pair_decimals: spec.priceDigits, tick_size: unitsText(1, spec.priceDigits) };
    return [[id, { ...row, ...digits, status: status === 'online' ? row.status : 'cancel_only' }]];
  });
  return error.length > 0 ? failed(error[0]!) : ok(Object.fromEntries(rows));
}
