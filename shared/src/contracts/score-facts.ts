import { z } from 'zod';

const count = z.number().int().nonnegative();

/** What a scored run noticed and its files do not say: for the rules that judge the release (release spec §4 V31, V33). */
export const scoreFactsSchema = z.strictObject({
  /** Model that scored, or `none`. */
  backend: z.string().min(1),
  train_rows: count,
  attention: z.strictObject({
    universe_state_drift: z.array(z.string()),
    findings: z.array(z.strictObject({ symbol: z.string(), code: z.string() })),
    exit_pending: z.array(z.string()),
    /** Stored days whose values the venue changed while collecting. */
    revisions: count,
  }),
});

export type ScoreFacts = z.infer<typeof scoreFactsSchema>;
