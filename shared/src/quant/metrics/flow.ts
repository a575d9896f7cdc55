/** Taker-bought ÷ taker-sold USD; null when a side is 0 or both together are below the floor (quant spec §2). */
export function takerRatio(buyUsd: number, sellUsd: number, floorUsd: number): number {
  return buyUsd > 0 && sellUsd > 0 && buyUsd + sellUsd >= floorUsd ? buyUsd / sellUsd : Number.NaN;
}

/** Bought and sold parts of a volume with a known difference (Kraken's aggressor differential, market data spec §7.1). */
export function splitVolume(volume: number, difference: number): { readonly buy: number; readonly sell: number } {
  const buy = (volume + difference) / 2;
  return { buy, sell: volume - buy };
}

/** (L − S) / (L + S) of liquidated longs and shorts; null below the floor. */
export function liqRatio(longUsd: number, shortUsd: number, floorUsd: number): number {
  const total = longUsd + shortUsd;
  return total >= floorUsd && total > 0 ? (longUsd - shortUsd) / total : Number.NaN;
}

/** (L + S) / open interest. */
export function liqIntensity(longUsd: number, shortUsd: number, oiUsd: number): number {
  return oiUsd > 0 ? (longUsd + shortUsd) / oiUsd : Number.NaN;
}

/** Whose position a forced order closed: Gate tells it by the sign of `order_size`, never by `size` (market data spec §7.2). */
export function liquidatedSide(orderSize: number): 'long' | 'short' {
  return orderSize < 0 ? 'long' : 'short';
}
