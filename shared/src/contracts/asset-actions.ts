import { z } from 'zod';
import { dateText } from './text-forms.ts';

const at = { symbol: z.string().regex(/^[A-Z0-9]+$/), date: dateText, note: z.string().optional() };

/**
 * One thing that happened to an asset and that its candles alone cannot tell (pool spec §4). `date` is the day of the first
 * candle afterwards. `factor` = new price of one unit for an old price of 1: 1000 where 1000 old units became one new.
 */
const assetAction = z.discriminatedUnion('kind', [
  z.strictObject({ ...at, kind: z.literal('real_move') }),
  z.strictObject({ ...at, kind: z.literal('redenomination'), factor: z.number().positive() }),
  z.strictObject({ ...at, kind: z.literal('new_asset') }),
  z.strictObject({ ...at, kind: z.literal('rename'), from: z.string().regex(/^[A-Z0-9]+$/) }),
]);

/** `asset_actions.json`: the only way in which a step of price is explained or two histories are joined. */
export const assetActionsSchema = z.strictObject({
  schema: z.literal('asset_actions.v1'),
  actions: z.array(assetAction),
});

export type AssetAction = z.infer<typeof assetAction>;
