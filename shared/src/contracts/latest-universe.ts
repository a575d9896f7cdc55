import { z } from 'zod';
import { dateText, symbolText } from './text-forms.ts';

/** latest_universe.json: every member of the universe, ascending by symbol. */
export const latestUniverseSchema = z.strictObject({ as_of_date: dateText, symbols: z.array(symbolText).min(1) });
