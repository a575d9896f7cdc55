/** The streams and books that the simulator serves, one name for each venue product. */
export const LIVE_SURFACES = ['kraken_spot', 'kraken_futures', 'gate_spot', 'gate_futures'] as const;

export type LiveSurface = (typeof LIVE_SURFACES)[number];

/**
 * What a unit of size is worth: `spot` and `linear` = `contractSize` of the base; `inverse` = `contractSize` US dollars, paid in
 * the base.
 */
export type ContractKind = 'spot' | 'linear' | 'inverse';

/** One instrument on one venue. Prices are whole units of 10^−priceDigits, sizes of 10^−sizeDigits. */
export interface LiveInstrument {
  readonly surface: LiveSurface;
  /** Name in the venue's streams: `BTC/USD`, `PF_XBTUSD`, `BTC_USDT`. */
  readonly symbol: string;
  /** Other names under which REST calls know it, for example `XXBTZUSD` and `XBTUSD`. */
  readonly aliases: readonly string[];
  readonly base: string;
  readonly quote: 'USD' | 'USDT';
  readonly kind: ContractKind;
  readonly priceDigits: number;
  readonly sizeDigits: number;
  /** Smallest step of a price, in units. */
  readonly tick: number;
  readonly contractSize: number;
  /** Quote volume of a usual day on this venue. */
  readonly dayTurnover: number;
  /** `thin`: asks far fewer than bids. */
  readonly shape: 'usual' | 'thin';
}

/** Key of an instrument over all venues. */
export function instrumentKey({ surface, symbol }: Pick<LiveInstrument, 'surface' | 'symbol'>): string {
  return `${surface} ${symbol}`;
}

/** Quote value of `size` units at `price` (quote currency). */
export function notionalOf(instrument: LiveInstrument, size: number, price: number, sizePower: number): number {
  const contracts = (size / sizePower) * instrument.contractSize;
  return instrument.kind === 'inverse' ? contracts : contracts * price;
}
