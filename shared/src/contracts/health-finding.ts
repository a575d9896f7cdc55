import { z } from 'zod';

/** Parts of a verdict, in the order in which it names them (operations spec §12). */
export const HEALTH_AREAS = ['release', 'worker', 'venue', 'feed', 'store', 'queue', 'report'] as const;

/**
 * One thing that is not right, as the verdict line says it: `venue:kraken_reconnecting`. A reason is a measured condition of
 * operations spec §12 or quant spec §11, never a constant; numbers in it carry their unit, as in `tick_overdue_62s`.
 */
export const healthFindingSchema = z.strictObject({
  area: z.enum(HEALTH_AREAS),
  level: z.enum(['degraded', 'fail']),
  reason: z.string().regex(/^[a-z0-9_]{1,80}$/, 'must be snake_case'),
});

export type HealthArea = (typeof HEALTH_AREAS)[number];
export type HealthFinding = z.infer<typeof healthFindingSchema>;
