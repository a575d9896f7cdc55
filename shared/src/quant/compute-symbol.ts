import type { QuantParams } from '../contracts/quant-params.ts';
import { naturalLog } from '../core/elementary.ts';
import type { Aggregate, Aggregator } from './aggregator.ts';
import { nextBias } from './bias.ts';
import { SCORE_INPUTS, scoreOf, scoreTerm } from './confluence.ts';
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
  fillTerms(context);
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
  TERMS[0] = scoreTerm(0, frame.usable(slot + T.oi_z) * Math.sign(frame.usable(base + S.ret_15m)), params.score);
  const result = scoreOf(TERMS, params.score, CONTRIBUTIONS);
  const bias = nextBias(symbol.bias(at), result.score, params.bias);
  symbol.setBias(at, bias);
  scores.set(context.firstRow + at, result, bias.label);
  frame.putOwn(slot + T.confluence_score, result.score);
}

/** Terms of the score of the symbol that is being computed, in the order of `SCORE_INPUTS`. Only the first is of one timeframe. */
const TERMS = new Float64Array(SCORE_INPUTS.length);
/** Their parts in the score, until they are stored. */
const CONTRIBUTIONS: number[] = SCORE_INPUTS.map(() => 0.5);

/** All terms but the first (quant spec §4.1). */
function fillTerms({ frame, base, params: { score } }: SymbolContext): void {
  const intensity = frame.usable(base + S.liq_intensity_5m) / score.liq_intensity_full;
  TERMS[1] = scoreTerm(1, logOf(frame.usable(base + S.taker_buy_sell_ratio)), score);
  TERMS[2] = scoreTerm(2, frame.usable(base + S.imbalance), score);
  TERMS[3] = scoreTerm(3, -frame.usable(base + S.global_ls_z), score);
  TERMS[4] = scoreTerm(4, frame.usable(base + S.top_pos_ls_z), score);
  TERMS[5] = scoreTerm(5, -frame.usable(base + S.oi_weighted_funding) * PER_TEN_THOUSAND, score);
  TERMS[6] = scoreTerm(6, -frame.usable(base + S.liq_ratio_5m) * Math.min(1, intensity), score);
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
  frame.setMembers(to, (1 << place) >>> 0);
}

function logOf(value: number): number {
  return value > 0 ? naturalLog(value) : Number.NaN;
}
