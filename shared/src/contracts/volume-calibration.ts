import { z } from 'zod';

/** How much of Binance spot's turnover a source sees: the multiplier of every USD threshold (pool spec §3), with its evidence. */
export const volumeCalibrationSchema = z.strictObject({
  schema: z.literal('volume_calibration.v1'),
  source: z.string().min(1),
  /** What it was measured against. */
  reference: z.string().min(1),
  scale: z.number().positive(),
  /** Number of common symbols whose median this is. */
  symbols: z.number().int().positive(),
  /** First and last day of the window, over all symbols. */
  from: z.iso.date(),
  to: z.iso.date(),
  window_days: z.number().int().positive(),
});

export type VolumeCalibration = z.infer<typeof volumeCalibrationSchema>;
