import { z } from 'zod';
import { canonicalSymbolText } from './instrument-spec.ts';
import { epochMs } from './market-events/event-envelope.ts';
import { timeframeNames } from './quant-params.ts';
import { biasLabels } from './quant-rows.ts';

/**
 * A bias that changed (quant spec §4.2, §7): of one symbol and timeframe, at one committed tick. `kind` tells it from whatever else may
 * fire one day; records of the signal engine are of another shape and topic (signals spec §14).
 */
export const quantSignalSchema = z.strictObject({
  /** `kind:symbol:timeframe@tick_ts`. */
  id: z.string(),
  kind: z.literal('bias'),
  symbol: canonicalSymbolText,
  timeframe: timeframeNames,
  from: biasLabels,
  to: biasLabels,
  /** Score and coverage of that tick; a null score leads to `unknown`. */
  score: z.number().nullable(),
  coverage: z.number().min(0).max(1),
  tick_ts: epochMs,
  /** Row that shows it: `tick_ts/symbol/timeframe/revision`. */
  evidence: z.string(),
});

export type QuantSignal = z.infer<typeof quantSignalSchema>;
