import type { QuantParams } from '../contracts/quant-params.ts';
import { naturalLog } from '../core/elementary.ts';
import type { Aggregate, Aggregator } from './aggregator.ts';
import { nextBias } from './bias.ts';
import { confluence } from './confluence.ts';
import { INSTRUMENT_PLACE as I, INSTRUMENT_METRICS, SYMBOL_PLACE as S, SYMBOL_TIMEFRAME_PLACE as T } from './dictionary.ts';
import { finite } from './finite.ts';
import { liqIntensity, liqRatio, takerRatio } from './metrics/flow.ts';
import { fundingMedian, type VenueRate } from './metrics/funding-median.ts';
import type { ScoreColumns } from './score-columns.ts';
import type { OwnedHistory, SymbolState } from './symbol-state.ts';
import type { TickFrame } from './tick-frame.ts';
import { timeframeMs } from './timeframe.ts';

const PER_TEN_THOUSAND = 1e4;

/** Where the blocks of one symbol lie in the frame, and the tick. */
export interface SymbolContext {
  readonly params: QuantParams;
  readonly tickTs: number;
  readonly tick: number;
  readonly frame: TickFrame;
  readonly base: number;
  readonly instrumentBase: readonly number[];
  readonly timeframeBase: readonly number[];
  readonly scores: ScoreColumns;
  /** Row of the first timeframe in `scores`. */
  readonly firstRow: number;
}

/** Aggregates, score and bias of one symbol, after its instruments were computed. Returns the place of the primary, −1 without. */
export function computeSymbol(symbol: SymbolState, aggregator: Aggregator, context: SymbolContext): number {
  aggregator.start(context.frame, context.instrumentBase);
  const primary = computePrimary(symbol, context);
  computeDerivatives(aggregator, context);
  computeFlows(aggregator, context);
  computeMedian(symbol, context);
  const openInterest = context.frame.usable(context.base + S.oi_usd);
  const members = context.frame.members(context.base + S.oi_usd);
  const ratio = context.frame.usable(context.base + S.global_ls_ratio);
  const ratioMembers = context.frame.members(context.base + S.global_ls_ratio);
  symbol.openInterest.push(context.tick, openInterest, members);
  symbol.accountRatio.push(context.tick, ratio, ratioMembers);
  for (let at = 0; at < context.params.timeframes.length; at++) {
    computeTimeframe(symbol, aggregator, at, primary, context);
  }
  return primary;
}

/** The first venue of the order whose book is live speaks for microstructure; no other fills in for a missing value of it. */
function computePrimary(symbol: SymbolState, context: SymbolContext): number {
  const { frame, instrumentBase, base } = context;
  const primary = symbol.primaryOrder.find((place) => !Number.isNaN(frame.usable(instrumentBase[place]! + I.mid))) ?? -1;
  const mid = primary < 0 ? Number.NaN : frame.usable(instrumentBase[primary]! + I.mid);
  if (primary >= 0) {
    copyPrimary(frame, instrumentBase[primary]! + I.mid, base + S.mid, primary);
    copyPrimary(frame, instrumentBase[primary]! + I.imbalance, base + S.imbalance, primary);
    copyPrimary(frame, instrumentBase[primary]! + I.volatility, base + S.volatility, primary);
  }
  symbol.mids.push(context.tick, mid, primary);
  const change = changeOver(symbol.mids, mid, primary, context.params.score.return_ms, context);
  putLike(frame, base + S.mid, base + S.ret_15m, change);
  return primary;
}

function computeDerivatives(sum: Aggregator, { frame, base }: SymbolContext): void {
  put(frame, base + S.oi_usd, sum.total(I.oi_usd));
  put(frame, base + S.oi_z_24h, sum.weighted(I.oi_z_24h));
  const funding = sum.weighted(I.funding_8h);
  put(frame, base + S.oi_weighted_funding, funding);
  frame.put(base + S.funding_weighted_oi, funding.value * funding.weight, funding);
  frame.setMembers(base + S.funding_weighted_oi, funding.members);
  put(frame, base + S.funding_z, sum.weighted(I.funding_z));
  put(frame, base + S.global_ls_ratio, sum.weighted(I.global_ls_ratio));
  put(frame, base + S.global_ls_z, sum.weighted(I.global_ls_z));
  put(frame, base + S.top_pos_ls_z, sum.weighted(I.top_pos_ls_z));
}

function computeFlows(sum: Aggregator, { frame, base, params }: SymbolContext): void {
  const floors = params.floors_usd;
  const buy = sum.total(I.taker_buy_usd).value;
  const sell = sum.total(I.taker_sell_usd);
  put(frame, base + S.taker_buy_sell_ratio, sell, takerRatio(buy, sell.value, floors.taker_total));
  put(frame, base + S.cvd, sum.total(I.cvd));
  const oi = frame.usable(base + S.oi_usd);
  for (const [long, short, ratio, intensity] of LIQUIDATIONS) {
    const longs = sum.total(long).value;
    const shorts = sum.total(short);
    put(frame, base + ratio, shorts, liqRatio(longs, shorts.value, floors.liquidations));
    put(frame, base + intensity, shorts, liqIntensity(longs, shorts.value, oi));
  }
}

const LIQUIDATIONS = [
  [I.liq_long_usd_5m, I.liq_short_usd_5m, S.liq_ratio_5m, S.liq_intensity_5m],
  [I.liq_long_usd_1h, I.liq_short_usd_1h, S.liq_ratio_1h, S.liq_intensity_1h],
] as const;

function computeMedian(symbol: SymbolState, { frame, base, instrumentBase, params }: SymbolContext): void {
  const rates: VenueRate[] = [];
  for (let place = 0; place < instrumentBase.length; place++) {
    const rate = frame.usable(instrumentBase[place]! + I.funding_8h);
    const quoteVolume = frame.usable(instrumentBase[place]! + I.quote_volume_24h);
    if (!Number.isNaN(rate + quoteVolume)) rates.push({ venue: symbol.seats[place]!.state.venue, rate, quoteVolume });
  }
  if (rates.length < params.funding.median_min_venues) return;
  const result = fundingMedian(rates, params.funding.median_min_venues, params.funding.median_min_quote_volume);
  putLike(frame, base + S.oi_weighted_funding, base + S.funding_median, result.median);
  putLike(frame, base + S.oi_weighted_funding, base + S.funding_max_dev, result.maxDeviation);
}

function computeTimeframe(symbol: SymbolState, sum: Aggregator, at: number, primary: number, context: SymbolContext): void {
  const { frame, base, params, scores } = context;
  const slot = context.timeframeBase[at]!;
  const stepMs = timeframeMs(params.timeframes[at]!);
  put(frame, slot + T.oi_z, sum.weighted(INSTRUMENT_METRICS.length + at));
  const ratioChange = change(symbol.accountRatio, base + S.global_ls_ratio, stepMs, context);
  putLike(frame, base + S.global_ls_ratio, slot + T.ls_delta_pct, 100 * ratioChange);
  putLike(frame, base + S.mid, slot + T.ret, changeOver(symbol.mids, frame.usable(base + S.mid), primary, stepMs, context));
  putLike(frame, base + S.oi_usd, slot + T.oi_chg_pct, 100 * change(symbol.openInterest, base + S.oi_usd, stepMs, context));
  const result = confluence(scoreInputs(slot, context), params.score);
  const bias = nextBias(symbol.bias(at), result.score, params.bias);
  symbol.setBias(at, bias);
  scores.set(context.firstRow + at, result, bias.label);
  frame.putOwn(slot + T.confluence_score, result.score);
}

/** In the order of `SCORE_INPUTS` (quant spec §4.1). */
function scoreInputs(slot: number, { frame, base, params }: SymbolContext): readonly number[] {
  const intensity = frame.usable(base + S.liq_intensity_5m) / params.score.liq_intensity_full;
  return [
    frame.usable(slot + T.oi_z) * Math.sign(frame.usable(base + S.ret_15m)),
    logOf(frame.usable(base + S.taker_buy_sell_ratio)),
    frame.usable(base + S.imbalance),
    -frame.usable(base + S.global_ls_z),
    frame.usable(base + S.top_pos_ls_z),
    -frame.usable(base + S.oi_weighted_funding) * PER_TEN_THOUSAND,
    -frame.usable(base + S.liq_ratio_5m) * Math.min(1, intensity),
  ];
}

function change(history: OwnedHistory, slot: number, lagMs: number, context: SymbolContext): number {
  return changeOver(history, context.frame.usable(slot), context.frame.members(slot), lagMs, context);
}

/** Relative change since `lagMs` ago, null unless the same venues spoke then. */
function changeOver(history: OwnedHistory, now: number, owner: number, lagMs: number, { tick, params }: SymbolContext): number {
  const before = history.at(tick - lagMs / params.tick_ms, owner);
  return before > 0 ? finite(now / before - 1) : Number.NaN;
}

function put(frame: TickFrame, slot: number, from: Aggregate, value = from.value): void {
  frame.put(slot, value, from);
  frame.setMembers(slot, from.members);
}

/** A value computed from another slot's: same times, quality and members. */
function putLike(frame: TickFrame, from: number, to: number, value: number): void {
  frame.putLike(from, to, value);
  frame.setMembers(to, frame.members(from));
}

function copyPrimary(frame: TickFrame, from: number, to: number, place: number): void {
  frame.copy(from, to);
  frame.setMembers(to, 2 ** place);
}

function logOf(value: number): number {
  return value > 0 ? naturalLog(value) : Number.NaN;
}
