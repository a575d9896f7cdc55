import { livePoolSchema, symbolMapSchema } from './live-pool.ts';

/** live_pool_legacy.json: the same keys as live_pool.json, but `symbols` is the mapping as well. */
export const livePoolLegacySchema = livePoolSchema.extend({ symbols: symbolMapSchema });
