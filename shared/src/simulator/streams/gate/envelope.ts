import type { StreamContext, StreamFrame } from '../stream-session.ts';

/** Gate's frame around a pushed result; `result` is written already. */
export function updateText(context: StreamContext, channel: string, result: string): string {
  const timeMs = Math.floor(context.venueUs() / 1000);
  return `{"time":${Math.floor(timeMs / 1000)},"time_ms":${timeMs},"channel":"${channel}","event":"update","result":${result}}`;
}

/** A message of the client, as far as it can be answered. */
export interface GateRequest {
  readonly id: number | undefined;
  readonly channel: string;
  readonly event: string;
  readonly payload: readonly string[];
}

export function requestOf(value: Readonly<Record<string, unknown>>): GateRequest {
  return {
    id: typeof value.id === 'number' ? value.id : undefined,
    channel: typeof value.channel === 'string' ? value.channel : '',
    event: typeof value.event === 'string' ? value.event : '',
    payload: Array.isArray(value.payload) ? value.payload.map(String) : [],
  };
}

/** Acknowledgement, or refusal with the venue's code and words. */
export function answerFrame(
  context: StreamContext,
  { id, channel, event }: GateRequest,
  error?: { readonly code: number; readonly message: string },
): StreamFrame {
  const timeMs = Math.floor(context.venueUs() / 1000);
  const head = { time: Math.floor(timeMs / 1000), time_ms: timeMs, ...(id === undefined ? {} : { id }), channel, event };
  const body = error === undefined ? { result: { status: 'success' } } : { error, result: null };
  return { text: JSON.stringify({ ...head, ...body }), about: null };
}

/** `spot.pong` or `futures.pong`. */
export function pongFrame(context: StreamContext, channel: string): StreamFrame {
  const timeMs = Math.floor(context.venueUs() / 1000);
  const text = JSON.stringify({ time: Math.floor(timeMs / 1000), time_ms: timeMs, channel, event: '', result: null });
  return { text, about: null };
}
