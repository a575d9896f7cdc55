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
  advanceBiases(pass);
}

/** All inputs of the score but the first, which alone is of one timeframe (quant spec §4.1). */
function takeInputs({ frame, universe: { symbols }, scratch: { inputs }, params }: TickPass): void {
  const { cells } = symbols;
  const takerBuySellRatioCell = cells[S.taker_buy_sell_ratio]!;
  const liqIntensity5mCell = cells[S.liq_intensity_5m]!;
  const imbalanceCell = cells[S.imbalance]!;
  const globalLsZCell = cells[S.global_ls_z]!;
  const topPosLsZCell = cells[S.top_pos_ls_z]!;
  const oiWeightedFundingCell = cells[S.oi_weighted_funding]!;
  const liqRatio5mCell = cells[S.liq_ratio_5m]!;
  for (let symbol = 0; symbol < symbols.count; symbol++) {
    const from = INPUTS * symbol;
    const ratio = frame.usable(takerBuySellRatioCell + symbol);
    const intensity = frame.usable(liqIntensity5mCell + symbol) / params.score.liq_intensity_full;
    inputs[from + 1] = ratio > 0 ? naturalLog(ratio) : Number.NaN;
    inputs[from + 2] = frame.usable(imbalanceCell + symbol);
    inputs[from + 3] = -frame.usable(globalLsZCell + symbol);
    inputs[from + 4] = frame.usable(topPosLsZCell + symbol);
    inputs[from + 5] = -frame.usable(oiWeightedFundingCell + symbol) * PER_TEN_THOUSAND;
    inputs[from + 6] = -frame.usable(liqRatio5mCell + symbol) * Math.min(1, intensity);
  }
}

function takeMomentum({ frame, universe: { symbols }, scratch: { inputs } }: TickPass, at: number): void {
  const own = symbols.timeframeCells[at]!;
  const ret15mCell = symbols.cells[S.ret_15m]!;
  const oiZCell = own[T.oi_z]!;
  for (let symbol = 0; symbol < symbols.count; symbol++) {
    const direction = Math.sign(frame.usable(ret15mCell + symbol));
    inputs[INPUTS * symbol] = frame.usable(oiZCell + symbol) * direction;
  }
}

/** Makes terms of the inputs at some places of every symbol; those that are polled stay the same for several ticks. A zero has two signs. */
function squash({ scratch: { inputs, squashed, terms, scales } }: TickPass, first: number, end: number): void {
  for (let from = 0; from < terms.length; from += INPUTS) {
    for (let at = first; at < end; at++) {
      const input = inputs[from + at]!;
      if (input === squashed[from + at] && input !== 0) continue;
      squashed[from + at] = input;
      terms[from + at] = scoreTerm(at, input, scales);
    }
  }
}

/** Change of an aggregate since one step ago, between the same venues. */
function putChange(pass: TickPass, at: number, history: OwnedTable, of: number, place: number, scale: number): void {
  const { frame, universe, params, tick } = pass;
  const { symbols } = universe;
  const own = symbols.timeframeCells[at]!;
  const before = history.pageOf(tick - timeframeMs(params.timeframes[at]!) / params.tick_ms);
  const fromCell = symbols.cells[of]!;
  const toCell = own[place]!;
  for (let symbol = 0; symbol < symbols.count; symbol++) {
    const from = fromCell + symbol;
    const to = toCell + symbol;
    frame.putLike(from, to, scale * changeOver(history, before, symbol, frame.usable(from), frame.members(from)));
  }
}

/** Change of the primary mid since one step ago, of the same venue. */
function putReturn({ frame, universe: { symbols }, memory, scratch, params, tick }: TickPass, at: number): void {
  const { mids } = memory.symbols;
  const own = symbols.timeframeCells[at]!;
  const before = mids.pageOf(tick - timeframeMs(params.timeframes[at]!) / params.tick_ms);
  const midCell = symbols.cells[S.mid]!;
  const retCell = own[T.ret]!;
  for (let symbol = 0; symbol < symbols.count; symbol++) {
    const from = midCell + symbol;
    const to = retCell + symbol;
    frame.putLike(from, to, changeOver(mids, before, symbol, frame.usable(from), scratch.primaries[symbol]!));
  }
}

function putScores({ frame, universe: { symbols }, scratch, scores, params }: TickPass, at: number): void {
  const { terms, scales } = scratch;
  const { length: timeframes } = params.timeframes;
  const cell = symbols.timeframeCells[at]![T.confluence_score]!;
  for (let symbol = 0; symbol < symbols.count; symbol++) {
    const row = symbol * timeframes + at;
    scores.set(row, terms, INPUTS * symbol, scales);
    frame.put(cell + symbol, scores.score(row), LIVE);
  }
}

/** Moves the biases of all symbols and timeframes on. */
function advanceBiases({ memory, scores, params }: TickPass): void {
  const { biases } = memory.symbols;
  for (let row = 0; row < scores.biases.length; row++) {
    const label = biases.advance(row, scores.score(row), params.bias);
    if (scores.biases[row] !== label) scores.biases[row] = label;
  }
}
