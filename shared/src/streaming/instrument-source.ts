import { INSTRUMENT_ID } from '../contracts/instrument-spec.ts';
import { LivepoolError } from '../core/errors.ts';

/** How an instrument is called on the bus and in the cold tier. */
export interface StreamName {
  /** Venue, with product where the venue has several: `kraken`, `gate.perp`, `krakenfutures.fut-20260327`. */
  readonly source: string;
  /** `BTC-USDT`. */
  readonly symbol: string;
}

/** Venues whose name alone says what is traded there, with that kind. */
const SINGLE_PRODUCT: Readonly<Record<string, string>> = {
  kraken: 'spot',
  krakenfutures: 'perp',
  binance: 'spot',
  binanceusdm: 'perp',
};

/** Source and symbol of a canonical instrument id (data platform spec §2, `source`); INVARIANT for a text that is none. */
export function streamName(instrument: string): StreamName {
  const [, base, quote, kind, , venue = ''] = INSTRUMENT_ID.exec(instrument) ?? [];
  if (base === undefined) throw new LivepoolError('INVARIANT', 'bug', `${instrument} is no instrument id`, { instrument });
  const source = SINGLE_PRODUCT[venue] === kind ? venue : `${venue}.${kind}`;
  return { source, symbol: `${base}-${quote}` };
}

/** The instrument id again; undefined for names of something else. */
export function instrumentOf({ source, symbol }: StreamName): string | undefined {
  const [venue = '', kind = SINGLE_PRODUCT[venue]] = source.split('.');
  const id = `${symbol}.${kind}@${venue}`;
  return INSTRUMENT_ID.test(id) ? id : undefined;
}
