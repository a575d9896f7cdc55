import type {
  BasisEvent,
  DerivativeEvent,
  FundingEvent,
  FundingSettledEvent,
  LiquidationEvent,
  LiquidationStatsEvent,
  LongShortEvent,
  MarkEvent,
  OpenInterestEvent,
} from '../contracts/market-events/derivative-events.ts';
import type { QuantParams } from '../contracts/quant-params.ts';
import { parseInstrumentId } from '../market/instrument-id.ts';
import { orNaN } from './finite.ts';
import type { DerivativeMemory } from './instrument-memory.ts';
import type { InstrumentSeat } from './instrument-seat.ts';
import { type FundingUnit, isImplausibleRate, relativeFundingRate } from './metrics/funding.ts';
import { checkLongShort } from './metrics/long-short.ts';
import { isUsable, MISSING, SUSPECT, sourceCode } from './quality.ts';
import type { SampleTable } from './state/sample-table.ts';
import { tradeUsd } from './trade-usd.ts';
import { DOLLARS } from './universe.ts';

/** Codes under which a unit is kept. */
export const OI_UNITS = ['contracts', 'base', 'usd'] as const;
export const FUNDING_UNITS: readonly FundingUnit[] = ['fraction', 'quote_per_contract', 'base_per_contract'];

/** Takes one event that only derivatives have into the rows of its instrument. */
export function foldDerivativeEvent(
  memory: DerivativeMemory,
  seat: InstrumentSeat,
  event: DerivativeEvent,
  params: QuantParams,
): void {
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

/** Place of an instrument's quote among the dollars, −1 for any other currency. */
function quoteCode(instrument: string): number {
  return DOLLARS.indexOf(parseInstrumentId(instrument)?.quote ?? '');
}
