import type { EventEnvelope, SourceQuality } from '../../contracts/market-events/event-envelope.ts';

/** An event this far ahead of our clock is a fault of one of the two clocks (data platform spec §6). */
export const MOST_AHEAD_MS = 2_000;

export type Envelope = EventEnvelope;

/** Where an event comes from. `venue` and `instrument` are canonical, `rawRef` names the recorded frame or reply. */
export interface EventSource {
  readonly venue: string;
  readonly instrument: string;
  readonly rawRef: string | null;
}

/**
 * The common fields of a market event. `tsEventMs` below 0 means that the venue gave no time: ours stands for it. A time ahead of
 * our clock makes the event suspect. `publishedMs` is when the venue makes the value known, where that is later than the event.
 */
export function envelope(
  source: EventSource,
  tsEventMs: number,
  tsRecvMs: number,
  quality: SourceQuality = 'live',
  publishedMs = tsRecvMs,
): Envelope {
  const isAhead = tsEventMs > tsRecvMs + MOST_AHEAD_MS;
  return {
    venue: source.venue,
    instrument: source.instrument,
    ts_event: tsEventMs < 0 ? tsRecvMs : Math.floor(tsEventMs),
    ts_recv: tsRecvMs,
    available_at: Math.max(tsRecvMs, publishedMs),
    quality: isAhead && quality === 'live' ? 'suspect' : quality,
    raw_ref: source.rawRef,
  };
}
