import type { SourceQuality, ValueQuality } from '../contracts/market-events/event-envelope.ts';

/** Qualities from best to worst; the place is the code inside the engine, so that the worst of several is the highest code. */
export const QUALITIES: readonly ValueQuality[] = ['live', 'converted', 'carried', 'stale', 'suspect', 'missing'];

export const LIVE = 0;
export const CONVERTED = 1;
export const CARRIED = 2;
export const STALE = 3;
export const SUSPECT = 4;
export const MISSING = 5;

/** Whether scores and aggregates may use a value of this quality (quant spec §1). */
export function isUsable(quality: number): boolean {
  return quality <= CARRIED;
}

export function sourceCode(quality: SourceQuality): number {
  switch (quality) {
    case 'live':
      return LIVE;
    case 'converted':
      return CONVERTED;
    case 'suspect':
      return SUSPECT;
    case 'missing':
      return MISSING;
  }
}

/** How long a value is live and how long it may be carried, ms. */
export interface Freshness {
  readonly liveMs: number;
  readonly staleMs: number;
}

/** Quality of a value by what its source said and its age (quant spec §1). */
export function agedQuality(source: number, ageMs: number, freshness: Freshness): number {
  if (source >= SUSPECT) return source;
  if (ageMs > freshness.staleMs) return STALE;
  return ageMs > freshness.liveMs ? CARRIED : source;
}
