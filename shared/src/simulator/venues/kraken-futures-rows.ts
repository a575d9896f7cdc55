import type { LiveInstrument } from '../live/live-instrument.ts';
import type { LiveMarket } from '../live/live-market.ts';
import type { Perpetual } from '../live/perpetual.ts';
import type { Trade } from '../live/trade-tape.ts';
import type { TradedInstrument } from '../live/traded-instrument.ts';
import { absoluteRate, indexText, markText, pairName, tradeUid } from '../streams/kraken-futures/frames.ts';
import { millisText, plainDecimal, trimmedText } from '../streams/wire-text.ts';
import type { VenueState } from './kraken-live-rest.ts';

/** A row of `instruments`: sizes of linear contracts are in the base, of inverse ones in contracts of a dollar. */
export function instrumentRow({ spec, status }: TradedInstrument): Record<string, unknown> {
  const step = spec.tick * Number(`1e-${spec.priceDigits}`);
  const contracts = spec.kind === 'inverse' ? 'contracts' : 'numNonContractUnits';
  return {
    symbol: spec.symbol,
    type: spec.kind === 'inverse' ? 'futures_inverse' : 'flexible_futures',
    ...(spec.kind === 'inverse' ? { underlying: `rr_${spec.symbol.slice(3).toLowerCase()}` } : {}),
    tickSize: Number(step.toPrecision(12)),
    contractSize: 1,
    tradeable: status === 'online',
    impactMidSize: 1,
    maxPositionSize: 1_000_000,
    openingDate: '2022-03-22T13:18:45Z',
    marginLevels: [
      { [contracts]: 0, initialMargin: 0.02, maintenanceMargin: 0.01 },
      { [contracts]: 1_000_000, initialMargin: 0.04, maintenanceMargin: 0.02 },
    ],
    fundingRateCoefficient: 24,
    maxRelativeFundingRate: 0.0025,
    isin: 'GB00J62YGL67',
    contractValueTradePrecision: spec.sizeDigits,
    postOnly: false,
    feeScheduleUid: '723888f7-0a8e-4183-8648-f920a22339e3',
    mtf: true,
    base: spec.base,
    quote: 'USD',
    pair: `${spec.base}:USD`,
  };
}

/** A row of `tickers`, with absolute funding rates as REST has them. */
export function tickerRow(market: LiveMarket, instrument: TradedInstrument, state: VenueState): Record<string, unknown> {
  const { spec, book, tape, perpetual } = instrument;
  const day = market.days.of(instrument, market.schedule.nowMs);
  const price = (units: number | undefined): number => instrument.price(units ?? 0);
  const size = (units: number | undefined): number => instrument.size(units ?? 0);
  const traded = spec.kind === 'inverse' ? 0 : size(day.size) * spec.contractSize;
  return {
    symbol: spec.symbol,
    last: price(tape.lastPrice),
    lastTime: millisText(tape.newest?.atUs ?? state.nowMs() * 1000),
    tag: 'perpetual',
    pair: pairName(spec),
    ...perpetualFields(spec, perpetual),
    bid: price(book.bids.prices[0]),
    bidSize: size(book.bids.sizes[0]),
    ask: price(book.asks.prices[0]),
    askSize: size(book.asks.sizes[0]),
    vol24h: size(day.size),
    volumeQuote: Number(plainDecimal(day.value, 4)),
    openInterest: size(perpetual?.positions.openInterest),
    open24h: price(day.open),
    high24h: price(day.high),
    low24h: price(day.low),
    vwap24h: traded === 0 ? price(tape.lastPrice) : Number((day.value / traded).toPrecision(12)),
    lastSize: size(tape.newest?.size),
    suspended: instrument.status !== 'online',
    postOnly: false,
    change24h: Number(((tape.lastPrice / day.open - 1) * 100).toFixed(2)),
  };
}

/** Absolute rates only: REST has no relative ones (market data spec §7.2). */
function perpetualFields(spec: LiveInstrument, perpetual: Perpetual | null): Record<string, unknown> {
  if (perpetual === null) return {};
  const { funding, index, mark } = perpetual;
  return {
    markPrice: Number(markText(spec, mark)),
    indexPrice: Number(indexText(spec, index)),
    fundingRate: absoluteRate(spec, funding.rate, index),
    fundingRatePrediction: absoluteRate(spec, funding.predicted, index),
  };
}

/** A trade of `history`. */
export function historyRow(
  instrument: TradedInstrument,
  { id, price, size, side, reason, atUs }: Trade,
): Record<string, unknown> {
  return {
    time: millisText(atUs),
    trade_id: id,
    price: instrument.price(price),
    size: instrument.size(size),
    side,
    type: reason,
    uid: tradeUid(instrument.spec, id),
  };
}

/** A trade as an event of the market history, with the two orders that met. */
export function executionRow(instrument: TradedInstrument, { id, price, size, side, atUs }: Trade): Record<string, unknown> {
  const { spec } = instrument;
  const at = Math.floor(atUs / 1000);
  const [quantity, text] = [trimmedText(size, spec.sizeDigits), trimmedText(price, spec.priceDigits)];
  const order = (direction: string, orderType: string, uid: string) => ({
    uid,
    tradeable: spec.symbol,
    direction,
    quantity,
    timestamp: at,
    limitPrice: text,
    orderType,
    reduceOnly: false,
    lastUpdateTimestamp: at,
  });
  const uid = tradeUid(spec, id);
  const execution = {
    uid,
    makerOrder: order(side === 'buy' ? 'Sell' : 'Buy', 'Post', `${uid.slice(0, -1)}a`),
    takerOrder: order(side === 'buy' ? 'Buy' : 'Sell', 'Market', `${uid.slice(0, -1)}b`),
    timestamp: at,
    quantity,
    price: text,
    markPrice: markText(spec, instrument.perpetual?.mark ?? 0),
    limitFilled: false,
    usdValue: plainDecimal(instrument.quoteValueOf({ side, price, size }), 2),
  };
  return { uid: `${uid.slice(0, -1)}c`, timestamp: at, event: { Execution: { execution, takerReducedQuantity: '' } } };
}
