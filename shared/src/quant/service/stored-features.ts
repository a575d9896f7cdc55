import type { Timeframe } from '../../contracts/quant-params.ts';
import type { QuantFeatureRow } from '../../contracts/quant-rows.ts';
import type { QuantStore } from '../../ports/quant-store.ts';
import type { RowPage } from '../api/quant-board.ts';
import type { ListQuery } from '../api/route-answer.ts';
import { decodeFeatures, type FeatureLayout, parseFeatureLayout } from '../rows/feature-block.ts';

/** Reads a page of stored feature rows with `from ≤ tick_ts < to`, oldest first; rows whose engine had no such timeframe are left out. */
export type ReadFeatures = (
  symbol: string,
  timeframe: Timeframe,
  fromMs: number,
  toMs: number,
  page: ListQuery,
  /** Ticks that are not wanted are not unpacked. */
  isWanted?: (tickTs: number) => boolean,
  /** Only these metrics are unpacked; absent = all. */
  metrics?: ReadonlySet<string>,
) => Promise<RowPage<QuantFeatureRow>>;

/** Unpacks feature rows of a store; a block without its layout is DOCUMENT_UNREADABLE. */
export function storedFeatures(store: QuantStore): ReadFeatures {
  const layouts = new Map<string, FeatureLayout>();
  const layoutOf = async (hash: string): Promise<FeatureLayout> => {
    const layout = layouts.get(hash) ?? parseFeatureLayout((await store.layout(hash)) ?? '');
    layouts.set(hash, layout);
    return layout;
  };
  return async (symbol, timeframe, fromMs, toMs, { limit, cursor }, isWanted = () => true, metrics) => {
    const { blocks, total } = await store.features({ symbol, fromMs, toMs, offset: cursor, limit });
    const rows: QuantFeatureRow[] = [];
    for (const block of blocks.filter(({ tickTs }) => isWanted(tickTs))) {
      const row = decodeFeatures(block, await layoutOf(block.layout), timeframe, metrics);
      if (row !== undefined) rows.push(row);
    }
    return { rows, total };
  };
}
