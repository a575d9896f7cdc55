import type { FrameNotes } from '../../feed/frame-notes.ts';
import type { Channel, Stream } from '../../feed/stream.ts';
import { integerOf, isObject, type JsonObject } from '../json-fields.ts';

/** A message of ours: `time` in seconds, `id` comes back in the answer. */
export function gateRequest(
  channel: string,
  event: 'subscribe' | 'unsubscribe',
  payload: readonly string[],
  id: number,
  nowMs: number,
): string {
  return JSON.stringify({ time: Math.floor(nowMs / 1000), id, channel, event, payload });
}

/** Gate's keep-alive of a product: `spot.ping`, `futures.ping`. */
export function gatePing(product: 'spot' | 'futures'): (nowMs: number) => string {
  return (nowMs) => JSON.stringify({ time: Math.floor(nowMs / 1000), channel: `${product}.ping` });
}

/**
 * The answer to a subscription, by its id where the venue returns it. True when the frame was one. An answer without id confirms
 * nothing: the first data does.
 */
export function onGateAnswer(frame: JsonObject, notes: FrameNotes): boolean {
  if (frame.event !== 'subscribe') return frame.event === 'unsubscribe';
  const { error } = frame;
  const id = frame.id === undefined ? null : integerOf(frame.id, 'id');
  const reason = isObject(error) ? String(error.message ?? error.code) : null;
  if (reason === null) {
    if (id !== null) notes.confirmedRequest(id);
  } else if (id === null || /alread/i.test(reason)) notes.complained(reason);
  else notes.refusedRequest(id, reason);
  return true;
}

/** Symbols of streams, in their order. */
export function symbolsOf(streams: readonly Stream[]): readonly string[] {
  return streams.map((stream) => stream.symbol);
}

export type GateChannels = Readonly<Partial<Record<Channel, string>>>;
