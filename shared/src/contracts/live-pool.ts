import { z } from 'zod';
import { dateText, symbolText } from './text-forms.ts';
import { versionText } from './version-text.ts';

/** Symbol to base asset, written in pool order and never read for order (release spec §2). */
export const symbolMapSchema = z.record(symbolText, z.strictObject({ base_asset: z.string().min(1) }));

/** Symbol to what the ranking said about it; `current_rank` is a float or an integer by `export.meta_rank_type`. */
export const selectionMetaSchema = z.record(
  symbolText,
  z.strictObject({ final_score: z.number(), confidence: z.number(), current_rank: z.number() }),
);

/** live_pool.json: the pool with `symbols` as the ordered list. */
export const livePoolSchema = z.strictObject({
  as_of_date: dateText,
  version: versionText,
  mode: z.string().min(1),
  pool_size: z.number().int().positive(),
  symbols: z.array(symbolText).min(1),
  symbol_map: symbolMapSchema,
  source_project: z.string().min(1),
  selection_meta: selectionMetaSchema.optional(),
});

export type SymbolMap = z.infer<typeof symbolMapSchema>;
export type LivePool = z.infer<typeof livePoolSchema>;
