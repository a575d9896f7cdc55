import type { QuantSummaryRow } from '../../contracts/quant-rows.ts';
import type { QuantLightRow, QuantUpdate } from '../../contracts/quant-stream.ts';
import { INSTRUMENT_PLACE as I, SYMBOL_PLACE as S } from '../dictionary.ts';
import type { QuantTick } from '../engine.ts';
import { orNull } from '../finite.ts';

/** Fields that differ at every tick and say nothing. */
const ALWAYS_NEW: ReadonlySet<string> = new Set(['tick_ts', 'updated_at', 'inputs_hash', 'revision']);

/** Data of `quant_update`: the rows that changed since the last committed tick, all of them when there was none. */
export function quantUpdate(tick: QuantTick, rows: readonly QuantSummaryRow[], before: readonly QuantSummaryRow[]): QuantUpdate {
  const known = new Map(before.map((row) => [`${row.symbol} ${row.timeframe}`, contentOf(row)]));
  const changed = rows.filter((row) => known.get(`${row.symbol} ${row.timeframe}`) !== contentOf(row));
  return { data: changed, ts: tick.tickTs, tick_ts: tick.tickTs, skipped: tick.skipped };
}

/** Rows of `quant_update_5s`: what moves fastest, from the primary venue. */
export function lightRows(tick: QuantTick): readonly QuantLightRow[] {
  const { frame, layout } = tick;
  return tick.symbols.map(({ symbol }, index) => {
    const base = layout.symbolBase[index]!;
    const primary = primaryBase(tick, index);
    const own = (place: number): number | null => (primary < 0 ? null : orNull(frame.usable(primary + place)));
    return {
      symbol,
      price: own(I.price),
      mid: orNull(frame.usable(base + S.mid)),
      imbalance: orNull(frame.usable(base + S.imbalance)),
      depth_usd: own(I.depth_2pct_total_usd),
      spread_bps: own(I.spread_bps),
      taker_buy_sell_ratio: orNull(frame.usable(base + S.taker_buy_sell_ratio)),
    };
  });
}

/** First slot of the primary instrument, −1 without one. */
function primaryBase({ frame, layout }: QuantTick, index: number): number {
  const members = frame.members(layout.symbolBase[index]! + S.mid);
  return members === 0 ? -1 : layout.instrumentBase[index]![31 - Math.clz32(members)]!;
}

function contentOf(row: QuantSummaryRow): string {
  return JSON.stringify(row, (key, value: unknown) => (ALWAYS_NEW.has(key) ? undefined : value));
}
