import { naturalLog } from '../../core/elementary.ts';
import { SCORE_INPUTS, scoreTerm } from '../confluence.ts';
import { SYMBOL_PLACE as S, SYMBOL_TIMEFRAME_PLACE as T } from '../dictionary.ts';
import { LIVE } from '../quality.ts';
import type { OwnedTable } from '../state/tick-table.ts';
import { timeframeMs } from '../timeframe.ts';
import { changeOver } from './change-over.ts';
import type { TickPass } from './tick-pass.ts';

const INPUTS = SCORE_INPUTS.length;
const PER_TEN_THOUSAND = 1e4;

/** What every symbol has per timeframe beside `oi_z`: changes over its step, score and bias. */
export function computeScores(pass: TickPass): void {
  takeInputs(pass);
  squash(pass, 1, INPUTS);
  for (let at = 0; at < pass.params.timeframes.length; at++) {
    putChange(pass, at, pass.memory.symbols.accountRatio, S.global_ls_ratio, T.ls_delta_pct, 100);
    putChange(pass, at, pass.memory.symbols.openInterest, S.oi_usd, T.oi_chg_pct, 100);
    putReturn(pass, at);
    takeMomentum(pass, at);
    squash(pass, 0, 1);
    putScores(pass, at);
  }
}

/** All inputs of the score but the first, which alone is of one timeframe (quant spec §4.1). */
function takeInputs({ frame, universe: { symbols }, scratch: { terms }, params }: TickPass): void {
  const { cells } = symbols;
  for (let symbol = 0; symbol < symbols.count; symbol++) {
    const from = INPUTS * symbol;
    const ratio = frame.usable(cells[S.taker_buy_sell_ratio]! + symbol);
    const intensity = frame.usable(cells[S.liq_intensity_5m]! + symbol) / params.score.liq_intensity_full;
    terms[from + 1] = ratio > 0 ? naturalLog(ratio) : Number.NaN;
    terms[from + 2] = frame.usable(cells[S.imbalance]! + symbol);
    terms[from + 3] = -frame.usable(cells[S.global_ls_z]! + symbol);
    terms[from + 4] = frame.usable(cells[S.top_pos_ls_z]! + symbol);
    terms[from + 5] = -frame.usable(cells[S.oi_weighted_funding]! + symbol) * PER_TEN_THOUSAND;
    terms[from + 6] = -frame.usable(cells[S.liq_ratio_5m]! + symbol) * Math.min(1, intensity);
  }
}

function takeMomentum({ frame, universe: { symbols }, scratch: { terms } }: TickPass, at: number): void {
  const own = symbols.timeframeCells[at]!;
  for (let symbol = 0; symbol < symbols.count; symbol++) {
    const direction = Math.sign(frame.usable(symbols.cells[S.ret_15m]! + symbol));
    terms[INPUTS * symbol] = frame.usable(own[T.oi_z]! + symbol) * direction;
  }
}

/** Turns the inputs at some places of every symbol into terms of its score. */
function squash({ scratch: { terms, scales } }: TickPass, first: number, end: number): void {
  for (let from = 0; from < terms.length; from += INPUTS) {
    for (let at = first; at < end; at++) terms[from + at] = scoreTerm(at, terms[from + at]!, scales);
  }
}

/** Change of an aggregate since one step ago, between the same venues. */
function putChange(pass: TickPass, at: number, history: OwnedTable, of: number, place: number, scale: number): void {
  const { frame, universe, params, tick } = pass;
  const { symbols } = universe;
  const own = symbols.timeframeCells[at]!;
  const before = history.pageOf(tick - timeframeMs(params.timeframes[at]!) / params.tick_ms);
  for (let symbol = 0; symbol < symbols.count; symbol++) {
    const from = symbols.cells[of]! + symbol;
    const to = own[place]! + symbol;
    frame.putLike(from, to, scale * changeOver(history, before, symbol, frame.usable(from), frame.members(from)));
  }
}

/** Change of the primary mid since one step ago, of the same venue. */
function putReturn({ frame, universe: { symbols }, memory, scratch, params, tick }: TickPass, at: number): void {
  const { mids } = memory.symbols;
  const own = symbols.timeframeCells[at]!;
  const before = mids.pageOf(tick - timeframeMs(params.timeframes[at]!) / params.tick_ms);
  for (let symbol = 0; symbol < symbols.count; symbol++) {
    const from = symbols.cells[S.mid]! + symbol;
    const to = own[T.ret]! + symbol;
    frame.putLike(from, to, changeOver(mids, before, symbol, frame.usable(from), scratch.primaries[symbol]!));
  }
}

function putScores({ frame, universe: { symbols }, memory, scratch, scores, params }: TickPass, at: number): void {
  const { terms, scales } = scratch;
  const own = symbols.timeframeCells[at]!;
  for (let symbol = 0; symbol < symbols.count; symbol++) {
    const row = symbol * params.timeframes.length + at;
    scores.set(row, terms, INPUTS * symbol, scales);
    scores.biases[row] = memory.symbols.biases.advance(row, scores.score(row), params.bias);
    frame.put(own[T.confluence_score]! + symbol, scores.score(row), LIVE);
  }
}
