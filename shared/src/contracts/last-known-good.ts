import { z } from 'zod';
import { instantText } from './text-forms.ts';

/** The one file that a reader keeps: a summary document that it verified, and when. Its signatures are checked again when read. */
export const lastKnownGoodSchema = z.strictObject({
  verified_at: instantText,
  summary: z.record(z.string(), z.unknown()),
});
