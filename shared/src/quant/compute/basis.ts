import { INSTRUMENT_PLACE as P } from '../dictionary.ts';
import { FRESHNESS } from '../freshness.ts';
import { basis, basisApr, basisPct, depegBps } from '../metrics/basis.ts';
import { midPrice } from '../metrics/book.ts';
import { CONVERTED, isUsable, SUSPECT } from '../quality.ts';
import { INSTRUMENT_SOURCE as SOURCE } from '../sources.ts';
import type { TickPass } from './tick-pass.ts';

const POLLED_TOGETHER_MS = 60_000;
/** Code of the US dollar among the quote currencies. */
const USD = 0;

/** Mark against the spot polled with it, or against the venue's own spot book; never across currencies without a conversion. */
export function computeBasis(pass: TickPass): void {
  const { frame, universe, memory, scratch } = pass;
  const { derivatives } = universe;
  const { marks, spots } = scratch;
  const { mark, spotRef } = memory.derivatives;
  const { top } = memory.instruments;
  for (let row = 0; row < derivatives.count; row++) {
    const source = derivatives.sources[SOURCE.basis]! + row;
    const spotRow = derivatives.spotRows[row]!;
    frame.stampSample(source, mark, row, FRESHNESS.basis);
    let spot = Number.NaN;
    let spotQuote = -1;
    if (isPolled(pass, row)) {
      frame.joinSample(source, spotRef, row, FRESHNESS.basis);
      spot = spotRef.value(row, 0);
      spotQuote = spotRef.value(row, 1) | 0;
    } else if (spotRow < 0) {
      frame.joinSample(source, spotRef, row, FRESHNESS.basis);
    } else {
      frame.joinSample(source, top, spotRow, FRESHNESS.basis);
      spot = midPrice(top.value(spotRow, 0), top.value(spotRow, 2));
      spotQuote = derivatives.spotQuotes[row]!;
    }
    const quote = derivatives.quotes[row]!;
    marks[row] = mark.value(row, 0) * (quote === spotQuote ? 1 : dollarRate(pass, source, quote));
    spots[row] = spot * (quote === spotQuote ? 1 : dollarRate(pass, source, spotQuote));
  }
  putBasis(pass);
}

function isPolled({ memory, tickTs }: TickPass, row: number): boolean {
  const { spotRef } = memory.derivatives;
  const availableAt = spotRef.availableAt(row);
  return tickTs - availableAt <= POLLED_TOGETHER_MS && isUsable(spotRef.quality(row)) && availableAt >= 0;
}

function putBasis({ frame, universe: { derivatives }, scratch: { marks, spots }, tickTs }: TickPass): void {
  const { cells, sources, expiries } = derivatives;
  const basisSource = sources[SOURCE.basis]!;
  const basisCell = cells[P.basis]!;
  const basisPctCell = cells[P.basis_pct]!;
  const basisAprCell = cells[P.basis_apr]!;
  for (let row = 0; row < derivatives.count; row++) {
    const mark = marks[row]!;
    const spot = spots[row]!;
    const quality = frame.sourceQuality(basisSource + row);
    frame.put(basisCell + row, basis(mark, spot), quality);
    frame.put(basisPctCell + row, basisPct(mark, spot), quality);
    frame.put(basisAprCell + row, basisApr(mark, spot, expiries[row]! - tickTs), quality);
  }
}

/** USD for one unit of a quote currency, NaN when it has no rate; a stablecoin off its par makes the source suspect. */
function dollarRate({ frame, universe, memory, params }: TickPass, source: number, quote: number): number {
  if (quote === USD) return 1;
  const coin = quote < 0 ? -1 : universe.coinRows[quote]!;
  if (coin < 0) {
    frame.worsen(source, SUSPECT);
    return Number.NaN;
  }
  const { top } = memory.instruments;
  const rate = midPrice(top.value(coin, 0), top.value(coin, 2));
  frame.joinSample(source, top, coin, FRESHNESS.basis);
  frame.worsen(source, depegBps(rate) >= params.depeg_suspect_bps ? SUSPECT : CONVERTED);
  return rate;
}
