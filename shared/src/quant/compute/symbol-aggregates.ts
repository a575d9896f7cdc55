import { INSTRUMENT_PLACE as I, INSTRUMENT_METRICS, SYMBOL_PLACE as S, SYMBOL_TIMEFRAME_PLACE as T } from '../dictionary.ts';
import { liqIntensity, liqRatio, takerRatio } from '../metrics/flow.ts';
import { SYMBOL_SOURCE as SOURCE, SYMBOL_SOURCES } from '../sources.ts';
import type { OwnedTable } from '../state/tick-table.ts';
import { meanOf, putTotals, sumOf, takeWeights } from './aggregate.ts';
import type { TickPass } from './tick-pass.ts';

/** Sums and open-interest-weighted means over the instruments of every symbol. */
export function computeAggregates(pass: TickPass): void {
  const { universe, memory, params } = pass;
  takeWeights(pass);
  putSum(pass, I.oi_usd, SOURCE.oi_usd, S.oi_usd);
  putMean(pass, I.oi_z_24h, SOURCE.oi_z_24h, S.oi_z_24h);
  for (let at = 0; at < params.timeframes.length; at++) {
    meanOf(pass, INSTRUMENT_METRICS.length + at, SYMBOL_SOURCES + at);
    putTotals(pass, universe.symbols.timeframeCells[at]![T.oi_z]!, SYMBOL_SOURCES + at);
  }
  putMean(pass, I.funding_8h, SOURCE.funding, S.oi_weighted_funding);
  putFundingSpend(pass);
  putMean(pass, I.funding_z, SOURCE.funding_z, S.funding_z);
  putMean(pass, I.global_ls_ratio, SOURCE.global_ls_ratio, S.global_ls_ratio);
  putMean(pass, I.global_ls_z, SOURCE.global_ls_z, S.global_ls_z);
  putMean(pass, I.top_pos_ls_z, SOURCE.top_pos_ls_z, S.top_pos_ls_z);
  putTaker(pass);
  putSum(pass, I.cvd, SOURCE.cvd, S.cvd);
  sumBoth(pass, I.liq_long_usd_5m, I.liq_short_usd_5m, SOURCE.liquidations_5m);
  putLiquidations(pass, SOURCE.liquidations_5m, S.liq_ratio_5m, S.liq_intensity_5m);
  sumBoth(pass, I.liq_long_usd_1h, I.liq_short_usd_1h, SOURCE.liquidations_1h);
  putLiquidations(pass, SOURCE.liquidations_1h, S.liq_ratio_1h, S.liq_intensity_1h);
  remember(pass, memory.symbols.openInterest, S.oi_usd);
  remember(pass, memory.symbols.accountRatio, S.global_ls_ratio);
}

function putSum(pass: TickPass, of: number, source: number, place: number): void {
  sumOf(pass, of, source);
  putTotals(pass, pass.universe.symbols.cells[place]!, source);
}

function putMean(pass: TickPass, of: number, source: number, place: number): void {
  meanOf(pass, of, source);
  putTotals(pass, pass.universe.symbols.cells[place]!, source);
}

/** Dollars paid by longs per 8 h: the weighted rate of the last mean times its weight. */
function putFundingSpend({ frame, universe: { symbols }, scratch: { totals } }: TickPass): void {
  const fundingSource = symbols.sources[SOURCE.funding]!;
  const fundingWeightedOiCell = symbols.cells[S.funding_weighted_oi]!;
  for (let symbol = 0; symbol < symbols.count; symbol++) {
    const quality = frame.sourceQuality(fundingSource + symbol);
    const spend = totals.value[symbol]! * totals.weight[symbol]!;
    frame.putOf(fundingWeightedOiCell + symbol, spend, quality, totals.members[symbol]!);
  }
}

/** Two sums that make one figure; it has the source and the members of the second. */
function sumBoth(pass: TickPass, first: number, second: number, source: number): void {
  const { others, totals } = pass.scratch;
  sumOf(pass, first, source);
  others.set(totals.value);
  sumOf(pass, second, source);
}

function putTaker(pass: TickPass): void {
  const { frame, universe, scratch, params } = pass;
  const { others, totals } = scratch;
  const { cells, sources } = universe.symbols;
  sumBoth(pass, I.taker_buy_usd, I.taker_sell_usd, SOURCE.taker);
  const takerSource = sources[SOURCE.taker]!;
  const takerBuySellRatioCell = cells[S.taker_buy_sell_ratio]!;
  for (let symbol = 0; symbol < others.length; symbol++) {
    const ratio = takerRatio(others[symbol]!, totals.value[symbol]!, params.floors_usd.taker_total);
    const quality = frame.sourceQuality(takerSource + symbol);
    frame.putOf(takerBuySellRatioCell + symbol, ratio, quality, totals.members[symbol]!);
  }
}

/** Ratio and intensity of the liquidated longs and shorts last summed. */
function putLiquidations(pass: TickPass, source: number, ratio: number, intensity: number): void {
  const { frame, universe, scratch, params } = pass;
  const { others, totals } = scratch;
  const { cells, sources } = universe.symbols;
  const oiUsdCell = cells[S.oi_usd]!;
  for (let symbol = 0; symbol < others.length; symbol++) {
    const longs = others[symbol]!;
    const shorts = totals.value[symbol]!;
    const oi = frame.usable(oiUsdCell + symbol);
    const quality = frame.sourceQuality(sources[source]! + symbol);
    frame.putOf(
      cells[ratio]! + symbol,
      liqRatio(longs, shorts, params.floors_usd.liquidations),
      quality,
      totals.members[symbol]!,
    );
    frame.putOf(cells[intensity]! + symbol, liqIntensity(longs, shorts, oi), quality, totals.members[symbol]!);
  }
}

/** Keeps a figure of this tick for the look-backs of later ones. */
function remember({ frame, universe: { symbols }, tick }: TickPass, history: OwnedTable, place: number): void {
  const page = history.open(tick);
  for (let symbol = 0; symbol < symbols.count; symbol++) {
    const cell = symbols.cells[place]! + symbol;
    history.put(page, symbol, frame.usable(cell), frame.members(cell));
  }
}
