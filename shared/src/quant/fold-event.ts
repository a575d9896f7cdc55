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
import type { EngineMemory } from './engine-memory.ts';
import { orNaN } from './finite.ts';
import { DELTA_BANDS_BPS, type DerivativeMemory, type InstrumentMemory, WIDE_BAND_BPS } from './instrument-memory.ts';
import type { InstrumentSeat } from './instrument-seat.ts';
import { spreadBps } from './metrics/book.ts';
import { type FundingUnit, isImplausibleRate, relativeFundingRate } from './metrics/funding.ts';
import { checkLongShort } from './metrics/long-short.ts';
import { isUsable, MISSING, SUSPECT, sourceCode } from './quality.ts';
import type { SampleTable } from './state/sample-table.ts';
import { DOLLARS } from './universe.ts';

const BANDS_BPS: readonly number[] = [...DELTA_BANDS_BPS, WIDE_BAND_BPS];
/** Codes under which a unit is kept. */
export const OI_UNITS = ['contracts', 'base', 'usd'] as const;
export const FUNDING_UNITS: readonly FundingUnit[] = ['fraction', 'quote_per_contract', 'base_per_contract'];

/** Takes one event into the rows of its instrument. Never throws; a number that is none makes its sample suspect. */
export function foldEvent(memory: EngineMemory, seat: InstrumentSeat, event: MarketEvent, params: QuantParams): void {
  const { instruments, derivatives } = memory;
  const { row } = seat;
  switch (event.type) {
    case 'trade':
      onTrade(instruments, seat, event);
      break;
    case 'book_top':
      onTop(instruments, row, event);
      break;
    case 'book_depth':
      onDepth(instruments.depth, row, event);
      break;
    case 'book_state':
      if (!event.live) onBookLost(instruments, row, event);
      break;
    case 'trade_gap':
      instruments.cvd.lost(row, event.ts_event);
      break;
    case 'kline':
      if (isUsable(sourceCode(event.quality))) instruments.bars.add(row, event);
      break;
    case 'taker_volume':
      onTakerVolume(instruments.takerVenue, row, event);
      break;
    case 'venue_health':
      onHealth(instruments.health, row, event);
      break;
    case 'mark':
    case 'basis':
    case 'funding':
    case 'funding_settled':
    case 'open_interest':
    case 'long_short':
    case 'liquidation':
    case 'liquidation_stats':
      if (!seat.isSpot) onDerivative(derivatives, seat, event, params);
  }
}

type DerivativeEvent = Extract<
  MarketEvent,
  {
    type: 'mark' | 'basis' | 'funding' | 'funding_settled' | 'open_interest' | 'long_short' | 'liquidation' | 'liquidation_stats';
  }
>;

function onDerivative(memory: DerivativeMemory, seat: InstrumentSeat, event: DerivativeEvent, params: QuantParams): void {
  const row = seat.derivative;
  switch (event.type) {
    case 'mark':
      onMark(memory, row, event);
      break;
    case 'basis':
      onBasis(memory, row, event);
      break;
    case 'funding':
      onFunding(memory, seat, event, params);
      break;
    case 'funding_settled':
      onSettled(memory, seat, event, params);
      break;
    case 'open_interest':
      onOpenInterest(memory.openInterest, row, event);
      break;
    case 'long_short':
      onLongShort(ratioSamples(memory, event.population), row, event);
      break;
    case 'liquidation':
      onLiquidation(memory, seat, event);
      break;
    case 'liquidation_stats':
      onLiquidationStats(memory, row, event);
      break;
  }
}

function onTrade({ trade, takerFlow, cvd }: InstrumentMemory, seat: InstrumentSeat, event: TradeEvent): void {
  const { row } = seat;
  if (trade.takes(row, event)) trade.set(row, 0, event.price);
  const usd = tradeUsd(seat, event.price, event.qty, event.unit);
  if (!(usd > 0) || !isUsable(sourceCode(event.quality))) return;
  const bought = event.side === 'buy' ? usd : 0;
  takerFlow.add(row, event.ts_event, bought, usd - bought);
  cvd.add(row, event.ts_event, event.side === 'buy' ? usd : -usd);
}

function onTop({ top, spreads }: InstrumentMemory, row: number, event: BookTopEvent): void {
  if (!top.takesNext(row, event)) return;
  top.set(row, 0, event.bid);
  top.set(row, 1, event.bid_size);
  top.set(row, 2, event.ask);
  top.set(row, 3, event.ask_size);
  if (!(event.bid < event.ask)) top.degrade(row, SUSPECT);
  spreads.set(row, event.available_at, spreadBps(event.bid, event.ask));
}

function onDepth(depth: SampleTable, row: number, event: BookDepthEvent): void {
  if (!depth.takesNext(row, event)) return;
  depth.set(row, 0, event.best_bid);
  depth.set(row, 1, event.best_ask);
  for (let i = 0; i < BANDS_BPS.length; i++) {
    const band = event.bands.find(({ bps }) => bps === BANDS_BPS[i]);
    depth.set(row, 2 + 3 * i, band?.bid ?? null);
    depth.set(row, 3 + 3 * i, band?.ask ?? null);
    depth.set(row, 4 + 3 * i, band !== undefined && (band.bid_truncated || band.ask_truncated) ? 1 : 0);
  }
}

/** Nothing of a book that is not provably right may be used, from this very moment. */
function onBookLost({ top, depth, spreads }: InstrumentMemory, row: number, event: MarketEvent): void {
  for (const samples of [top, depth]) if (samples.takesNext(row, event)) samples.degrade(row, MISSING);
  spreads.set(row, event.available_at, Number.NaN);
}

function onTakerVolume(takerVenue: SampleTable, row: number, event: TakerVolumeEvent): void {
  if (!takerVenue.takes(row, event)) return;
  takerVenue.set(row, 0, event.buy);
  takerVenue.set(row, 1, event.sell);
  if (!(orNaN(event.buy) > 0 && orNaN(event.sell) > 0)) takerVenue.degrade(row, MISSING);
}

function onHealth(health: SampleTable, row: number, event: VenueHealthEvent): void {
  if (!health.takes(row, event)) return;
  health.set(row, 0, event.samples);
  health.set(row, 1, event.rejects);
  health.set(row, 2, event.errors);
  health.set(row, 3, event.latency_p99_ms ?? 0);
  health.set(row, 4, event.heartbeat_gap_ms ?? 0);
}

function onMark({ mark, index }: DerivativeMemory, row: number, event: MarkEvent): void {
  if (event.mark_price !== null && mark.takes(row, event)) mark.set(row, 0, event.mark_price);
  if (event.index_price !== null && index.takes(row, event)) index.set(row, 0, event.index_price);
}

function onBasis({ mark, spotRef }: DerivativeMemory, row: number, event: BasisEvent): void {
  if (event.mark_price !== null && mark.takes(row, event)) mark.set(row, 0, event.mark_price);
  if (!spotRef.takes(row, event)) return;
  spotRef.set(row, 0, event.spot_price);
  spotRef.set(row, 1, quoteCode(event.spot_instrument));
}

/** rate as published, interval, unit code: an absolute rate needs the index price of the tick. */
function onFunding({ funding, index }: DerivativeMemory, seat: InstrumentSeat, event: FundingEvent, params: QuantParams): void {
  const row = seat.derivative;
  if (!funding.takes(row, event)) return;
  funding.set(row, 0, event.rate);
  funding.set(row, 1, event.interval_ms);
  funding.set(row, 2, FUNDING_UNITS.indexOf(event.unit));
  const relative = relativeFundingRate(orNaN(event.rate), event.unit, index.value(row, 0));
  if (isImplausibleRate(relative, event.interval_ms ?? 0, params.funding.max_rate_per_h[seat.venue])) {
    funding.degrade(row, SUSPECT);
  }
}

function onSettled(
  { settled, index }: DerivativeMemory,
  seat: InstrumentSeat,
  event: FundingSettledEvent,
  params: QuantParams,
): void {
  if (!isUsable(sourceCode(event.quality))) return;
  const row = seat.derivative;
  const rate = relativeFundingRate(orNaN(event.rate), event.unit, index.value(row, 0));
  const intervalMs = event.interval_ms ?? 0;
  if (isImplausibleRate(rate, intervalMs, params.funding.max_rate_per_h[seat.venue])) return;
  settled.settle(row, event.ts_event, rate, intervalMs);
}

function onOpenInterest(openInterest: SampleTable, row: number, event: OpenInterestEvent): void {
  if (!openInterest.takes(row, event)) return;
  openInterest.set(row, 0, event.amount);
  openInterest.set(row, 1, event.sides);
  openInterest.set(row, 2, OI_UNITS.indexOf(event.unit));
  openInterest.set(row, 3, event.mark_price);
  if (event.amount === null) openInterest.degrade(row, MISSING);
}

function onLongShort(samples: SampleTable, row: number, event: LongShortEvent): void {
  if (!samples.takes(row, event)) return;
  const { ratio, longs, shorts } = event;
  samples.set(row, 0, shorts === 0 || ratio === 0 ? null : ratio);
  if (ratio === null) samples.degrade(row, MISSING);
  else if (longs !== null && shorts !== null && shorts > 0 && checkLongShort(ratio, longs, shorts) !== 'fits') {
    samples.degrade(row, SUSPECT);
  }
}

function ratioSamples(memory: DerivativeMemory, population: LongShortEvent['population']): SampleTable {
  switch (population) {
    case 'accounts':
      return memory.accounts;
    case 'top_accounts':
      return memory.topAccounts;
    case 'top_positions':
      return memory.topPositions;
  }
}

/** Single orders count only where the venue sends no sums: the two would count twice, and orders are a lower bound. */
function onLiquidation(memory: DerivativeMemory, seat: InstrumentSeat, event: LiquidationEvent): void {
  const row = seat.derivative;
  if (memory.liquidationStats.tsEvent(row) >= 0 || !isUsable(sourceCode(event.quality))) return;
  const usd = event.unit === 'usd' ? event.qty : tradeUsd(seat, event.price, event.qty, event.unit);
  if (!(usd > 0) || usd - usd !== 0) return;
  const [longs, shorts] = event.liquidated === 'long' ? [usd, 0] : [0, usd];
  memory.liquidations.add(row, event.ts_event, longs, shorts);
}

function onLiquidationStats(
  { liquidations, liquidationStats }: DerivativeMemory,
  row: number,
  event: LiquidationStatsEvent,
): void {
  const longUsd = orNaN(event.long_usd);
  const shortUsd = orNaN(event.short_usd);
  if (!(longUsd >= 0 && shortUsd >= 0) || !isUsable(sourceCode(event.quality))) return;
  if (liquidationStats.tsEvent(row) < 0) liquidations.clear(row);
  liquidations.set(row, event.ts_event + event.window_ms - 1, longUsd, shortUsd);
  if (liquidationStats.takes(row, event)) liquidationStats.set(row, 0, event.window_ms);
}

/** US dollars of an amount of an instrument: base × price, or contracts × contract size; NaN in a currency we do not convert. */
function tradeUsd({ spec, dollars }: InstrumentSeat, price: number, qty: number, unit: 'base' | 'contracts'): number {
  const { settle, contract_size: contractSize } = spec;
  if (dollars === 'none') return Number.NaN;
  if (unit === 'base') return price * qty;
  return settle === 'inverse' ? qty * contractSize : qty * contractSize * price;
}

/** Place of an instrument's quote among the dollars, −1 for any other currency. */
function quoteCode(instrument: string): number {
  return DOLLARS.indexOf(parseInstrumentId(instrument)?.quote ?? '');
}
