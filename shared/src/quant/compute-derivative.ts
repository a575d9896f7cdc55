import type { QuantParams } from '../contracts/quant-params.ts';
import { naturalLog } from '../core/elementary.ts';
import { INSTRUMENT_METRICS, INSTRUMENT_PLACE as P } from './dictionary.ts';
import { FUNDING_UNITS, OI_UNITS } from './fold-event.ts';
import type { FundingFigures, InstrumentSeat } from './instrument-seat.ts';
import type { DerivativeState, InstrumentState } from './instrument-state.ts';
import { basis, basisApr, basisPct, depegBps } from './metrics/basis.ts';
import { midPrice } from './metrics/book.ts';
import { funding8h, fundingApr, relativeFundingRate } from './metrics/funding.ts';
import { fundingTrend } from './metrics/funding-trend.ts';
import { fundingZ } from './metrics/funding-z.ts';
import { openInterestBase, openInterestUsd } from './metrics/open-interest.ts';
import { zScore } from './metrics/z-score.ts';
import { isUsable } from './quality.ts';
import type { SlotWriter } from './slot-writer.ts';
import type { GridSeries } from './state/grid-series.ts';
import { FLAGS } from './tick-frame.ts';
import { DOLLARS } from './universe.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const TREND_EVERY_MS = 5 * MINUTE_MS;

export interface DerivativeContext {
  readonly params: QuantParams;
  readonly tickTs: number;
  readonly epoch: number;
  /** USD book of each stablecoin quote. */
  readonly stablecoins: ReadonlyMap<string, InstrumentState>;
}

/** Writes the metrics that only perpetuals and dated futures have. */
export function computeDerivative(
  seat: InstrumentSeat,
  derivative: DerivativeState,
  out: SlotWriter,
  context: DerivativeContext,
): void {
  const { state } = seat;
  out.of(derivative.mark, P.mark_price).put(P.mark_price, derivative.mark.value(0));
  out.of(derivative.index, P.index_price).put(P.index_price, derivative.index.value(0));
  computeFunding(seat.funding, derivative, out, context);
  computeBasis(seat, derivative, out, context);
  computeOpenInterest(state, derivative, out, context);
  computeRatios(derivative, out, context);
  computeLiquidations(state, derivative, out, context);
  computeResidual(derivative, out, context);
}

function computeFunding(known: FundingFigures, derivative: DerivativeState, out: SlotWriter, context: DerivativeContext): void {
  const { funding, index } = derivative;
  const { params } = context;
  const unit = FUNDING_UNITS[funding.value(2)] ?? 'fraction';
  const rate = relativeFundingRate(funding.value(0), unit, index.value(0));
  const intervalMs = funding.value(1);
  out.of(funding, P.funding_rate_raw);
  if (unit !== 'fraction') out.and(index, P.index_price).converted();
  out.put(P.funding_rate_raw, rate);
  out.put(P.funding_interval_h, intervalMs / HOUR_MS);
  out.put(P.funding_8h, funding8h(rate, intervalMs));
  out.put(P.funding_apr, fundingApr(rate, intervalMs));
  const figures = fundingFigures(known, derivative, context);
  const { z, lowVariance } = fundingZ(funding8h(rate, intervalMs), figures.settled, params.funding.z_min_periods);
  out.put(P.funding_z, z, lowVariance ? FLAGS.low_variance : 0);
  out.at(derivative.settled.newestMs, P.funding_trend).put(P.funding_trend, figures.slope);
  out.put(P.funding_trend_t, figures.t);
}

function fundingFigures(
  known: FundingFigures,
  derivative: DerivativeState,
  { params, tickTs, epoch }: DerivativeContext,
): FundingFigures {
  const { settled } = derivative;
  const trendAt = Math.floor(tickTs / TREND_EVERY_MS);
  const changed = known.version !== settled.version || known.epoch !== epoch;
  if (!changed && known.trendAt === trendAt) return known;
  if (changed) known.settled = settled.rates8h(params.funding.z_periods, tickTs + 1);
  const { slope, t } = fundingTrend(settled.buckets(params.funding.trend_buckets, tickTs), params.funding.trend_t);
  known.version = settled.version;
  known.epoch = epoch;
  known.trendAt = trendAt;
  known.slope = slope;
  known.t = t;
  return known;
}

/** Mark against the spot polled with it, or against the venue's own spot book; never across currencies without a conversion. */
function computeBasis(
  { state, spot }: InstrumentSeat,
  derivative: DerivativeState,
  out: SlotWriter,
  context: DerivativeContext,
): void {
  const { mark, spotRef } = derivative;
  const polled = context.tickTs - spotRef.availableAt <= 60_000 && isUsable(spotRef.quality) && spotRef.availableAt >= 0;
  out.of(mark, P.basis).and(polled || spot === null ? spotRef : spot.top, P.basis);
  const spotPrice = polled ? spotRef.value(0) : spot === null ? Number.NaN : midPrice(spot.top.value(0), spot.top.value(2));
  const spotQuote = polled ? (DOLLARS[spotRef.value(1)] ?? '') : (spot?.quote ?? '');
  const same = spotQuote === state.quote;
  const markWorth = same ? mark.value(0) : mark.value(0) * dollarRate(state.quote, out, context);
  const spotWorth = same ? spotPrice : spotPrice * dollarRate(spotQuote, out, context);
  out.put(P.basis, basis(markWorth, spotWorth));
  out.put(P.basis_pct, basisPct(markWorth, spotWorth));
  const { expiry } = state.spec;
  out.put(P.basis_apr, expiry === null ? Number.NaN : basisApr(markWorth, spotWorth, expiry - context.tickTs));
}

/** USD for one unit of a quote currency, NaN when it has no rate; a stablecoin off its par makes the value suspect. */
function dollarRate(quote: string, out: SlotWriter, { stablecoins, params }: DerivativeContext): number {
  if (quote === 'USD') return 1;
  const coin = stablecoins.get(quote);
  if (coin === undefined) {
    out.suspect();
    return Number.NaN;
  }
  const rate = midPrice(coin.top.value(0), coin.top.value(2));
  out.and(coin.top, P.basis).converted();
  if (depegBps(rate) >= params.depeg_suspect_bps) out.suspect();
  return rate;
}

function computeOpenInterest(
  state: InstrumentState,
  derivative: DerivativeState,
  out: SlotWriter,
  context: DerivativeContext,
): void {
  const { openInterest, mark } = derivative;
  const stated = openInterest.value(3);
  const price = Number.isNaN(stated) ? out.usable(P.mark_price) : stated;
  const terms = {
    unit: OI_UNITS[openInterest.value(2)] ?? 'contracts',
    inverse: state.spec.settle === 'inverse',
    contractSize: state.spec.contract_size,
    sides: openInterest.value(1),
  };
  out.of(openInterest, P.oi_base).put(P.oi_base, openInterestBase(openInterest.value(0), terms, price));
  if (Number.isNaN(stated)) out.and(mark, P.mark_price);
  if (state.dollars === 'stable') out.converted();
  const usd = state.dollars === 'none' ? Number.NaN : openInterestUsd(openInterest.value(0), terms, price);
  out.put(P.oi_usd, usd);
  const log = logOf(out.usable(P.oi_usd));
  const { steps, timeframeSteps } = derivative;
  out.put(P.oi_z_24h, windowZ(derivative.oiGrids[0]!, MINUTE_MS, context.params.z.day_window, log, context));
  for (let at = 0; at < timeframeSteps.length; at++) {
    const step = timeframeSteps[at]!;
    const z = windowZ(derivative.oiGrids[step]!, steps[step]!, context.params.z.window, log, context);
    out.put(INSTRUMENT_METRICS.length + at, z);
  }
  for (let at = 0; at < steps.length; at++) pushGrid(derivative.oiGrids[at]!, steps[at]!, log, context.tickTs);
}

function computeRatios(derivative: DerivativeState, out: SlotWriter, context: DerivativeContext): void {
  const { globalRatio, topPositionRatio, topAccountRatio, globalGrid, topPositionGrid } = derivative;
  out.of(topAccountRatio, P.top_acc_ls_ratio).put(P.top_acc_ls_ratio, topAccountRatio.value(0));
  out.of(globalRatio, P.global_ls_ratio).put(P.global_ls_ratio, globalRatio.value(0));
  out.put(P.global_ls_z, dayZ(globalGrid, out.usable(P.global_ls_ratio), context));
  out.of(topPositionRatio, P.top_pos_ls_ratio).put(P.top_pos_ls_ratio, topPositionRatio.value(0));
  out.put(P.top_pos_ls_z, dayZ(topPositionGrid, out.usable(P.top_pos_ls_ratio), context));
}

function dayZ(grid: GridSeries, value: number, context: DerivativeContext): number {
  const log = logOf(value);
  const z = windowZ(grid, MINUTE_MS, context.params.z.day_window, log, context);
  pushGrid(grid, MINUTE_MS, log, context.tickTs);
  return z;
}

/** z of a value over the grid places strictly before the tick. */
function windowZ(grid: GridSeries, stepMs: number, window: number, value: number, context: DerivativeContext): number {
  if (Number.isNaN(value)) return value;
  return zScore(value, grid.moments(Math.ceil(context.tickTs / stepMs) - 1, window), context.params.z);
}

function pushGrid(grid: GridSeries, stepMs: number, value: number, tickTs: number): void {
  if (tickTs % stepMs === 0) grid.push(tickTs / stepMs, value);
}

/** A venue that sends sums is judged by their age, one that sends single orders by its trades: no order is no staleness. */
function computeLiquidations(
  state: InstrumentState,
  derivative: DerivativeState,
  out: SlotWriter,
  context: DerivativeContext,
): void {
  const { liquidations, liquidationStats } = derivative;
  const { liq_short: shortMs, liq_long: longMs } = context.params.windows_ms;
  const sums = liquidationStats.tsEvent >= 0;
  const coarse = sums && liquidationStats.value(0) > shortMs;
  out.of(sums ? liquidationStats : state.trade, P.liq_long_usd_5m);
  liquidations.sum(context.tickTs, shortMs);
  out.put(P.liq_long_usd_5m, coarse ? Number.NaN : liquidations.first);
  out.put(P.liq_short_usd_5m, coarse ? Number.NaN : liquidations.second);
  liquidations.sum(context.tickTs, longMs);
  out.put(P.liq_long_usd_1h, liquidations.first);
  out.put(P.liq_short_usd_1h, liquidations.second);
}

function computeResidual(derivative: DerivativeState, out: SlotWriter, { params, tickTs }: DerivativeContext): void {
  const { hourlyOi } = derivative;
  if (tickTs % HOUR_MS === 0) {
    hourlyOi.onHour(tickTs / HOUR_MS, out.usable(P.oi_base), out.usable(P.mark_price), params.oi_residual.min_points);
  }
  out.at(hourlyOi.residualMs, P.oi_residual).put(P.oi_residual, hourlyOi.residual);
  out.put(P.oi_residual_usd, hourlyOi.residual * out.usable(P.oi_usd));
}

function logOf(value: number): number {
  return value > 0 ? naturalLog(value) : Number.NaN;
}
