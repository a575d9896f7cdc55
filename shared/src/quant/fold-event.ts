import type { BookDepthEvent, BookTopEvent } from '../contracts/market-events/book-events.ts';
import type {
  BasisEvent,
  FundingEvent,
  FundingSettledEvent,
  LiquidationEvent,
  LiquidationStatsEvent,
  LongShortEvent,
  MarkEvent,
  OpenInterestEvent,
} from '../contracts/market-events/derivative-events.ts';
import type { MarketEvent, VenueHealthEvent } from '../contracts/market-events/market-event.ts';
import type { TakerVolumeEvent, TradeEvent } from '../contracts/market-events/trade-events.ts';
import type { QuantParams } from '../contracts/quant-params.ts';
import { parseInstrumentId } from '../market/instrument-id.ts';
import { orNaN } from './finite.ts';
import { DELTA_BANDS_BPS, type DerivativeState, type InstrumentState, WIDE_BAND_BPS } from './instrument-state.ts';
import { spreadBps } from './metrics/book.ts';
import { type FundingUnit, isImplausibleRate, relativeFundingRate } from './metrics/funding.ts';
import { checkLongShort } from './metrics/long-short.ts';
import { isUsable, MISSING, SUSPECT, sourceCode } from './quality.ts';
import { DOLLARS } from './universe.ts';

const BANDS_BPS: readonly number[] = [...DELTA_BANDS_BPS, WIDE_BAND_BPS];
/** Codes under which a unit is kept. */
export const OI_UNITS = ['contracts', 'base', 'usd'] as const;
export const FUNDING_UNITS: readonly FundingUnit[] = ['fraction', 'quote_per_contract', 'base_per_contract'];

/** Takes one event into the memory of its instrument. Never throws; a number that is none makes its sample suspect. */
export function foldEvent(state: InstrumentState, event: MarketEvent, params: QuantParams): void {
  switch (event.type) {
    case 'trade':
      onTrade(state, event);
      break;
    case 'book_top':
      onTop(state, event);
      break;
    case 'book_depth':
      onDepth(state, event);
      break;
    case 'book_state':
      if (!event.live) onBookLost(state, event);
      break;
    case 'trade_gap':
      state.cvd.lost(event.ts_event);
      break;
    case 'kline':
      if (isUsable(sourceCode(event.quality))) state.bars.add(event);
      break;
    case 'taker_volume':
      onTakerVolume(state, event);
      break;
    case 'venue_health':
      onHealth(state, event);
      break;
    case 'mark':
    case 'basis':
    case 'funding':
    case 'funding_settled':
    case 'open_interest':
    case 'long_short':
    case 'liquidation':
    case 'liquidation_stats':
      if (state.derivative !== null) onDerivative(state, state.derivative, event, params);
  }
}

type DerivativeEvent = Extract<
  MarketEvent,
  {
    type: 'mark' | 'basis' | 'funding' | 'funding_settled' | 'open_interest' | 'long_short' | 'liquidation' | 'liquidation_stats';
  }
>;

function onDerivative(state: InstrumentState, derivative: DerivativeState, event: DerivativeEvent, params: QuantParams): void {
  switch (event.type) {
    case 'mark':
      onMark(derivative, event);
      break;
    case 'basis':
      onBasis(derivative, event);
      break;
    case 'funding':
      onFunding(state, derivative, event, params);
      break;
    case 'funding_settled':
      onSettled(state, derivative, event, params);
      break;
    case 'open_interest':
      onOpenInterest(derivative, event);
      break;
    case 'long_short':
      onLongShort(derivative, event);
      break;
    case 'liquidation':
      onLiquidation(state, derivative, event);
      break;
    case 'liquidation_stats':
      onLiquidationStats(derivative, event);
      break;
  }
}

function onTrade(state: InstrumentState, event: TradeEvent): void {
  if (state.trade.takes(event)) state.trade.set(0, event.price);
  const usd = tradeUsd(state, event.price, event.qty, event.unit);
  if (!(usd > 0) || !isUsable(sourceCode(event.quality))) return;
  const bought = event.side === 'buy' ? usd : 0;
  state.takerFlow.add(event.ts_event, bought, usd - bought);
  state.cvd.add(event.ts_event, event.side === 'buy' ? usd : -usd);
}

function onTop(state: InstrumentState, event: BookTopEvent): void {
  const { top } = state;
  if (!top.takesNext(event)) return;
  top.set(0, event.bid);
  top.set(1, event.bid_size);
  top.set(2, event.ask);
  top.set(3, event.ask_size);
  if (!(event.bid < event.ask)) top.degrade(SUSPECT);
  state.spreadMean.set(event.available_at, spreadBps(event.bid, event.ask));
}

function onDepth(state: InstrumentState, event: BookDepthEvent): void {
  const { depth } = state;
  if (!depth.takesNext(event)) return;
  depth.set(0, event.best_bid);
  depth.set(1, event.best_ask);
  for (let i = 0; i < BANDS_BPS.length; i++) {
    const band = event.bands.find(({ bps }) => bps === BANDS_BPS[i]);
    depth.set(2 + 3 * i, band?.bid ?? null);
    depth.set(3 + 3 * i, band?.ask ?? null);
    depth.set(4 + 3 * i, band !== undefined && (band.bid_truncated || band.ask_truncated) ? 1 : 0);
  }
}

/** Nothing of a book that is not provably right may be used, from this very moment. */
function onBookLost(state: InstrumentState, event: MarketEvent): void {
  for (const sample of [state.top, state.depth]) if (sample.takesNext(event)) sample.degrade(MISSING);
  state.spreadMean.set(event.available_at, Number.NaN);
}

function onTakerVolume(state: InstrumentState, event: TakerVolumeEvent): void {
  if (!state.takerVenue.takes(event)) return;
  state.takerVenue.set(0, event.buy);
  state.takerVenue.set(1, event.sell);
  if (!(orNaN(event.buy) > 0 && orNaN(event.sell) > 0)) state.takerVenue.degrade(MISSING);
}

function onHealth(state: InstrumentState, event: VenueHealthEvent): void {
  if (!state.health.takes(event)) return;
  state.health.set(0, event.samples);
  state.health.set(1, event.rejects);
  state.health.set(2, event.errors);
  state.health.set(3, event.latency_p99_ms ?? 0);
  state.health.set(4, event.heartbeat_gap_ms ?? 0);
}

function onMark(derivative: DerivativeState, event: MarkEvent): void {
  if (event.mark_price !== null && derivative.mark.takes(event)) derivative.mark.set(0, event.mark_price);
  if (event.index_price !== null && derivative.index.takes(event)) derivative.index.set(0, event.index_price);
}

function onBasis(derivative: DerivativeState, event: BasisEvent): void {
  if (event.mark_price !== null && derivative.mark.takes(event)) derivative.mark.set(0, event.mark_price);
  if (!derivative.spotRef.takes(event)) return;
  derivative.spotRef.set(0, event.spot_price);
  derivative.spotRef.set(1, quoteCode(event.spot_instrument));
}

/** rate as published, interval, unit code: an absolute rate needs the index price of the tick. */
function onFunding(state: InstrumentState, derivative: DerivativeState, event: FundingEvent, params: QuantParams): void {
  if (!derivative.funding.takes(event)) return;
  derivative.funding.set(0, event.rate);
  derivative.funding.set(1, event.interval_ms);
  derivative.funding.set(2, FUNDING_UNITS.indexOf(event.unit));
  const relative = relativeFundingRate(orNaN(event.rate), event.unit, derivative.index.value(0));
  if (isImplausibleRate(relative, event.interval_ms ?? 0, params.funding.max_rate_per_h[state.venue])) {
    derivative.funding.degrade(SUSPECT);
  }
}

function onSettled(state: InstrumentState, derivative: DerivativeState, event: FundingSettledEvent, params: QuantParams): void {
  if (!isUsable(sourceCode(event.quality))) return;
  const rate = relativeFundingRate(orNaN(event.rate), event.unit, derivative.index.value(0));
  const intervalMs = event.interval_ms ?? 0;
  if (isImplausibleRate(rate, intervalMs, params.funding.max_rate_per_h[state.venue])) return;
  derivative.settled.settle(event.ts_event, rate, intervalMs);
}

function onOpenInterest(derivative: DerivativeState, event: OpenInterestEvent): void {
  const { openInterest } = derivative;
  if (!openInterest.takes(event)) return;
  openInterest.set(0, event.amount);
  openInterest.set(1, event.sides);
  openInterest.set(2, OI_UNITS.indexOf(event.unit));
  openInterest.set(3, event.mark_price);
  if (event.amount === null) openInterest.degrade(MISSING);
}

function onLongShort(derivative: DerivativeState, event: LongShortEvent): void {
  const sample = ratioSample(derivative, event.population);
  if (!sample.takes(event)) return;
  const { ratio, longs, shorts } = event;
  sample.set(0, shorts === 0 || ratio === 0 ? null : ratio);
  if (ratio === null) sample.degrade(MISSING);
  else if (longs !== null && shorts !== null && shorts > 0 && checkLongShort(ratio, longs, shorts) !== 'fits') {
    sample.degrade(SUSPECT);
  }
}

function ratioSample(derivative: DerivativeState, population: LongShortEvent['population']): DerivativeState['globalRatio'] {
  switch (population) {
    case 'accounts':
      return derivative.globalRatio;
    case 'top_accounts':
      return derivative.topAccountRatio;
    case 'top_positions':
      return derivative.topPositionRatio;
  }
}

/** Single orders count only where the venue sends no sums: the two would count twice, and orders are a lower bound. */
function onLiquidation(state: InstrumentState, derivative: DerivativeState, event: LiquidationEvent): void {
  if (derivative.liquidationStats.tsEvent >= 0 || !isUsable(sourceCode(event.quality))) return;
  const usd = event.unit === 'usd' ? event.qty : tradeUsd(state, event.price, event.qty, event.unit);
  if (!(usd > 0) || usd - usd !== 0) return;
  derivative.liquidations.add(event.ts_event, event.liquidated === 'long' ? usd : 0, event.liquidated === 'short' ? usd : 0);
}

function onLiquidationStats(derivative: DerivativeState, event: LiquidationStatsEvent): void {
  const longUsd = orNaN(event.long_usd);
  const shortUsd = orNaN(event.short_usd);
  if (!(longUsd >= 0 && shortUsd >= 0) || !isUsable(sourceCode(event.quality))) return;
  if (derivative.liquidationStats.tsEvent < 0) derivative.liquidations.clear();
  derivative.liquidations.set(event.ts_event + event.window_ms - 1, longUsd, shortUsd);
  if (derivative.liquidationStats.takes(event)) derivative.liquidationStats.set(0, event.window_ms);
}

/** US dollars of an amount of an instrument: base × price, or contracts × contract size; NaN in a currency we do not convert. */
function tradeUsd(state: InstrumentState, price: number, qty: number, unit: 'base' | 'contracts'): number {
  const { settle, contract_size: contractSize } = state.spec;
  if (state.dollars === 'none') return Number.NaN;
  if (unit === 'base') return price * qty;
  return settle === 'inverse' ? qty * contractSize : qty * contractSize * price;
}

/** Place of an instrument's quote among the dollars, −1 for any other currency. */
function quoteCode(instrument: string): number {
  return DOLLARS.indexOf(parseInstrumentId(instrument)?.quote ?? '');
}
