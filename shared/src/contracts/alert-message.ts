import { z } from 'zod';

const epochText = z.string().regex(/^\d{1,15}$/, 'must be milliseconds since 1970');
const numberText = z.string().regex(/^(-?\d.*)?$/, 'must be a number, or empty for none');

/**
 * Topic `alerts`: an alert was raised, or cleared (data platform spec §3). All texts; the shortest decimals that read back as the same
 * numbers. It may come again: `alert_id` and `state` together say whether it is known.
 */
export const alertMessageSchema = z.strictObject({
  alert_id: z.string().min(1),
  state: z.enum(['raised', 'cleared']),
  /** Rule and subject: one alert of a key is open at a time. */
  key: z.string().min(1),
  rule: z.string().min(1),
  symbol: z.string().min(1),
  severity: z.enum(['low', 'medium', 'high']),
  value: numberText,
  threshold: numberText,
  raised_at: epochText,
  /** Empty while it is open. */
  cleared_at: epochText.or(z.literal('')),
  /** Row that shows it: `tick_ts/symbol/timeframe/revision`. */
  evidence: z.string(),
});

export type AlertMessage = z.infer<typeof alertMessageSchema>;
