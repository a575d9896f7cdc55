import quantParams from '#params/quant.json' with { type: 'json' };
import type { MarketEvent, MarketEventType } from '#shared/contracts/market-events/market-event.ts';
import { type QuantParams, quantParamsSchema } from '#shared/contracts/quant-params.ts';
import type { QuantInstrumentSpec, QuantUniverse } from '#shared/quant/universe.ts';

export const PARAMS: QuantParams = quantParamsSchema.parse(quantParams);

type Fields<T extends MarketEventType> = Omit<
  Extract<MarketEvent, { type: T }>,
  'type' | 'venue' | 'instrument' | 'ts_event' | 'ts_recv' | 'available_at' | 'quality' | 'raw_ref'
>;

export interface EventTimes {
  readonly ts_event: number;
  readonly available_at?: number;
  readonly quality?: MarketEvent['quality'];
}

/** An event of an instrument; it is available when it happened unless said otherwise. */
export function event<T extends MarketEventType>(
  type: T,
  instrument: string,
  times: number | EventTimes,
  fields: Fields<T>,
): Extract<MarketEvent, { type: T }> {
  const { ts_event, available_at = ts_event, quality = 'live' } = typeof times === 'number' ? { ts_event: times } : times;
  const venue = instrument.slice(instrument.indexOf('@') + 1);
  const envelope = { venue, instrument, ts_event, ts_recv: available_at, available_at, quality, raw_ref: null };
  return { ...envelope, type, ...fields } as unknown as Extract<MarketEvent, { type: T }>;
}

export function spot(id: string): QuantInstrumentSpec {
  return { id, kind: 'spot', settle: 'linear', contract_size: 1, expiry: null };
}

export function perp(id: string, contractSize = 1, settle: 'linear' | 'inverse' = 'linear'): QuantInstrumentSpec {
  return { id, kind: 'perp', settle, contract_size: contractSize, expiry: null };
}

/** A universe of one symbol. */
export function oneSymbol(symbol: string, instruments: readonly QuantInstrumentSpec[]): QuantUniverse {
  return { symbols: [{ symbol, instruments }], stablecoins: [spot('USDT-USD.spot@kraken')] };
}
