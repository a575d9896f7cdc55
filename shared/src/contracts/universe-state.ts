import { z } from 'zod';
import { dateText, sha256Text } from './text-forms.ts';

const streak = z.strictObject({ eligible: z.number().int().nonnegative(), ineligible: z.number().int().nonnegative() });

/**
 * `universe_state.json`: what the next build needs to carry membership on instead of deriving it again (pool spec §5 PT7).
 * Members ascending by symbol; streaks count consecutive refreshes up to and including `refresh_date`.
 */
export const universeStateSchema = z.strictObject({
  schema: z.literal('universe_state.v1'),
  refresh_date: dateText,
  /** SHA-256 over every parameter that decides membership; another value makes the state unusable. */
  universe_params_sha256: sha256Text,
  members: z.array(z.string()),
  streaks: z.record(z.string(), streak),
});

export type UniverseState = z.infer<typeof universeStateSchema>;
