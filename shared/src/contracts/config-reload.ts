import { z } from 'zod';
import { sha256Text } from './text-forms.ts';

/** Body of `POST /api/system/reload-config`. */
export const reloadRequestSchema = z.strictObject({ reason: z.string().trim().min(1).max(500) });

export type ReloadRequest = z.infer<typeof reloadRequestSchema>;

/** `worker.<path>` or `quant.<path>` of a parameter file; null = not there. */
const changedKey = { key: z.string(), from: z.json(), to: z.json() };

/** A key that a reload may not change, and what it needs instead. */
const refusedKey = z.strictObject({
  ...changedKey,
  /** `restart`: the file is right, the process must begin anew. `approval`: it lets more through; a second person looks first. */
  needs: z.enum(['restart', 'approval']),
  reason: z.string(),
});

/** Answer of `POST /api/system/reload-config`: all of `applied`, or with anything `refused` nothing at all. */
export const reloadAnswerSchema = z.strictObject({
  applied: z.array(z.strictObject(changedKey)),
  refused: z.array(refusedKey),
  /** Keys that say what is in force already. */
  unchanged: z.number().int().nonnegative(),
  /** Of the configuration in force after the answer, as continuity records carry it. */
  config_hash: sha256Text,
});

export type ReloadAnswer = z.infer<typeof reloadAnswerSchema>;
export type ParamChange = ReloadAnswer['applied'][number];
export type RefusedChange = ReloadAnswer['refused'][number];
