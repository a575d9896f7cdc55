import type { Timeframe } from '../../contracts/quant-params.ts';
import type { QuantFeatureRow } from '../../contracts/quant-rows.ts';
import type { FeatureBlock, QuantStore } from '../../ports/quant-store.ts';
import type { RowPage, TextPage } from '../api/quant-board.ts';
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

/** The same as JSON texts; a page ends early rather than that it has more than `PAGE_BYTES` or looks at more than `PAGE_BLOCKS`. */
export type ReadFeatureTexts = (
  symbol: string,
  timeframe: Timeframe,
  fromMs: number,
  toMs: number,
  page: ListQuery,
) => Promise<TextPage>;

/** JSON of a page; its first row is in it however long it is. */
export const PAGE_BYTES = 4_000_000;

/** Blocks that are read out of the store for a page, in one go. */
export const PAGE_BLOCKS = 250;

/** A row takes a millisecond or two to unpack, and as long to become a text. */
const ROWS_BETWEEN_PAUSES = 2;

/** Unpacks feature rows of a store, with pauses for others; a block without its layout is DOCUMENT_UNREADABLE. */
export function storedFeatures(store: QuantStore, pause?: () => Promise<void>): ReadFeatures {
  const unpack = unpacker(store, pause);
  return async (symbol, timeframe, fromMs, toMs, { limit, cursor }, isWanted = () => true, metrics) => {
    const { blocks, total } = await store.features({ symbol, fromMs, toMs, offset: cursor, limit });
    const rows: QuantFeatureRow[] = [];
    for (const block of blocks.filter(({ tickTs }) => isWanted(tickTs))) {
      const row = await unpack(block, timeframe, metrics);
      if (row !== undefined) rows.push(row);
    }
    return { rows, total };
  };
}

/** Unpacks pages of bounded length, with pauses for others; errors as above. */
export function storedFeatureTexts(store: QuantStore, pause?: () => Promise<void>): ReadFeatureTexts {
  const unpack = unpacker(store, pause);
  return async (symbol, timeframe, fromMs, toMs, { limit, cursor }) => {
    const most = Math.min(limit, PAGE_BLOCKS);
    const { blocks, total } = await store.features({ symbol, fromMs, toMs, offset: cursor, limit: most });
    const rows: Uint8Array[] = [];
    let [bytes, end] = [0, cursor];
    for (const block of blocks) {
      const row = await unpack(block, timeframe);
      const text = Buffer.from(row === undefined ? '' : JSON.stringify(row));
      bytes += text.length;
      if (bytes > PAGE_BYTES && rows.length > 0) break;
      if (row !== undefined) rows.push(text);
      end += 1;
    }
    return { rows, total, end };
  };
}

type Unpack = (block: FeatureBlock, timeframe: Timeframe, metrics?: ReadonlySet<string>) => Promise<QuantFeatureRow | undefined>;

function unpacker(store: QuantStore, pause: () => Promise<void> = async () => undefined): Unpack {
  const layouts = new Map<string, FeatureLayout>();
  let sincePause = 0;
  return async (block, timeframe, metrics) => {
    if (sincePause >= ROWS_BETWEEN_PAUSES) {
      sincePause = 0;
      await pause();
    }
    sincePause += 1;
    const layout = layouts.get(block.layout) ?? parseFeatureLayout((await store.layout(block.layout)) ?? '');
    layouts.set(block.layout, layout);
    return decodeFeatures(block, layout, timeframe, metrics);
  };
}
