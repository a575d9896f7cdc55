import { type LivenessLimits, liveness } from '../book-sync/liveness.ts';
import type { ConnectionCommand } from './connection-command.ts';
import {
  CONFIRM_TIMEOUT_MS,
  type ConnectionLimits,
  MOST_BURST,
  MOST_SUBSCRIBE_TRIES,
  OPEN_TIMEOUT_MS,
  REFUSED_RETRY_MS,
} from './connection-limits.ts';
import { nextBatch } from './plan-subscriptions.ts';
import type { Stream } from './stream.ts';

/** One subscription on one socket. `asked` waits for a confirmation, `refused` for a later try. */
export interface StreamState {
  readonly status: 'wanted' | 'asked' | 'confirmed' | 'refused';
  readonly sinceMs: number;
  /** Times it was asked without an answer. */
  readonly tries: number;
}

/** One socket from the attempt to open it on. A value. */
export interface SocketState {
  readonly id: number;
  readonly phase: 'opening' | 'open';
  /** When it was asked to open, then when it was open. */
  readonly sinceMs: number;
  readonly lastFrameMs: number;
  /** Our last message other than a ping. */
  readonly lastSentMs: number;
  readonly lastPingMs: number;
  readonly isStale: boolean;
  /** Since when every subscription is answered. */
  readonly liveSinceMs: number | null;
  readonly streams: readonly StreamState[];
}

export type SocketEvent =
  | { readonly type: 'tick' | 'opened' | 'closed' | 'ready' }
  | { readonly type: 'frame'; readonly atMs: number }
  | { readonly type: 'confirmed' | 'refused'; readonly stream: number }
  | { readonly type: 'resubscribe'; readonly streams: readonly number[]; readonly reason: string }
  | { readonly type: 'reconnect'; readonly reason: string };

/** `failed` says why the socket must be given up, null when it goes on. */
export interface SocketStep {
  readonly socket: SocketState;
  readonly commands: readonly ConnectionCommand[];
  readonly failed: string | null;
}

interface SocketPlan {
  readonly streams: readonly Stream[];
  readonly limits: ConnectionLimits;
  readonly liveness: LivenessLimits;
}

export function newSocket(id: number, nowMs: number): SocketState {
  const times = { sinceMs: nowMs, lastFrameMs: nowMs, lastSentMs: Number.NEGATIVE_INFINITY, lastPingMs: nowMs };
  return { id, phase: 'opening', ...times, isStale: false, liveSinceMs: null, streams: [] };
}

/** Every subscription was answered: confirmed, or refused and waiting for its next try. */
export function allConfirmed(socket: SocketState): boolean {
  const isAnswered = ({ status }: StreamState) => status === 'confirmed' || status === 'refused';
  return socket.phase === 'open' && socket.streams.every(isAnswered);
}

/** What an event does to one socket. */
export function stepSocket(plan: SocketPlan, socket: SocketState, event: SocketEvent, nowMs: number): SocketStep {
  switch (event.type) {
    case 'tick':
      return socket.phase === 'opening' ? whileOpening(socket, nowMs) : whileOpen(plan, socket, nowMs);
    case 'opened':
      return socket.phase === 'opening' ? onOpened(plan, socket, nowMs) : goOn(socket);
    case 'closed':
      return fail(socket, socket.phase === 'opening' ? 'refused' : 'closed');
    case 'reconnect':
      return fail(socket, event.reason);
    case 'frame':
      return goOn({ ...socket, lastFrameMs: Math.max(socket.lastFrameMs, event.atMs), isStale: false });
    case 'ready':
      return goOn(socket);
    case 'confirmed':
      return goOn(answered(socket, event.stream, { status: 'confirmed', sinceMs: nowMs, tries: 0 }, nowMs));
    case 'refused':
      return goOn(answered(socket, event.stream, { status: 'refused', sinceMs: nowMs, tries: 0 }, nowMs));
    case 'resubscribe':
      return renew(plan, socket, event, nowMs);
  }
}

function onOpened(plan: SocketPlan, socket: SocketState, nowMs: number): SocketStep {
  const streams = plan.streams.map(() => ({ status: 'wanted', sinceMs: nowMs, tries: 0 }) as const);
  const opened = { ...socket, phase: 'open', sinceMs: nowMs, lastFrameMs: nowMs, lastPingMs: nowMs, streams } as const;
  return subscribeWaiting(plan, opened, nowMs);
}

function whileOpening(socket: SocketState, nowMs: number): SocketStep {
  return nowMs - socket.sinceMs >= OPEN_TIMEOUT_MS ? fail(socket, 'open_timeout') : goOn(socket);
}

function whileOpen(plan: SocketPlan, socket: SocketState, nowMs: number): SocketStep {
  const silence = liveness(plan.liveness, socket.lastFrameMs, nowMs);
  if (silence === 'reconnect') return fail(socket, 'silent');
  const commands: ConnectionCommand[] = [];
  if (silence === 'stale' && !socket.isStale) commands.push({ type: 'stale', socket: socket.id });
  const pinged = ping(plan, { ...socket, isStale: silence === 'stale' }, nowMs, commands);
  const retried = retryStreams(pinged, nowMs);
  if (retried === null) return fail(socket, 'unconfirmed');
  const step = subscribeWaiting(plan, retried, nowMs);
  return { ...step, commands: [...commands, ...step.commands] };
}

function ping(plan: SocketPlan, socket: SocketState, nowMs: number, commands: ConnectionCommand[]): SocketState {
  const everyMs = plan.liveness.pingEveryMs;
  if (everyMs === null || nowMs - socket.lastPingMs < everyMs) return socket;
  commands.push({ type: 'ping', socket: socket.id });
  return { ...socket, lastPingMs: nowMs };
}

/** Puts what was not answered, and what was refused long ago, back among the wanted; null when the tries are used up. */
function retryStreams(socket: SocketState, nowMs: number): SocketState | null {
  const isOverdue = ({ status, sinceMs }: StreamState) =>
    (status === 'asked' && nowMs - sinceMs >= CONFIRM_TIMEOUT_MS) ||
    (status === 'refused' && nowMs - sinceMs >= REFUSED_RETRY_MS);
  if (!socket.streams.some(isOverdue)) return socket;
  const streams = socket.streams.map((stream) =>
    isOverdue(stream) ? ({ status: 'wanted', sinceMs: nowMs, tries: stream.tries } as const) : stream,
  );
  return streams.some(({ tries }) => tries >= MOST_SUBSCRIBE_TRIES) ? null : { ...socket, streams };
}

/** Sends as many subscribe messages as the gap between messages allows. */
function subscribeWaiting(plan: SocketPlan, socket: SocketState, nowMs: number): SocketStep {
  const { messageGapMs } = plan.limits;
  let left = Math.min(MOST_BURST, Math.floor((nowMs - socket.lastSentMs) / Math.max(1, messageGapMs)));
  let waiting = socket.streams.flatMap(({ status }, index) => (status === 'wanted' ? [index] : []));
  if (waiting.length === 0 || left <= 0) return goOn(socket);
  const streams = [...socket.streams];
  const commands: ConnectionCommand[] = [];
  for (; left > 0 && waiting.length > 0; left--) {
    const batch = nextBatch(plan.streams, waiting, plan.limits);
    for (const index of batch) streams[index] = { status: 'asked', sinceMs: nowMs, tries: streams[index]!.tries + 1 };
    commands.push({ type: 'subscribe', socket: socket.id, streams: batch });
    const asked = new Set(batch);
    waiting = waiting.filter((index) => !asked.has(index));
  }
  return goOn({ ...socket, streams, lastSentMs: nowMs }, commands);
}

/**
 * Ends subscriptions; the next free messages begin them anew. Where that takes more messages than may leave at once, a new socket
 * is sooner well.
 */
function renew(
  plan: SocketPlan,
  socket: SocketState,
  { streams: chosen, reason }: Extract<SocketEvent, { type: 'resubscribe' }>,
  nowMs: number,
): SocketStep {
  if (socket.phase !== 'open') return goOn(socket);
  const streams = [...socket.streams];
  const ends: ConnectionCommand[] = [];
  let waiting = chosen.filter((index) => streams[index] !== undefined);
  while (waiting.length > 0) {
    const batch = nextBatch(plan.streams, waiting, plan.limits);
    for (const index of batch) streams[index] = { status: 'wanted', sinceMs: nowMs, tries: 0 };
    ends.push({ type: 'unsubscribe', socket: socket.id, streams: batch });
    waiting = waiting.filter((index) => !batch.includes(index));
  }
  if (ends.length > MOST_BURST) return fail(socket, reason);
  const step = subscribeWaiting(plan, { ...socket, streams }, nowMs);
  return { ...step, commands: [...ends, ...step.commands] };
}

function answered(socket: SocketState, index: number, answer: StreamState, nowMs: number): SocketState {
  const known = socket.streams[index];
  // Data of a stream that is about to be asked anew is left over from before, and a confirmation needs no second one.
  if (known === undefined || known.status === 'wanted' || known.status === answer.status) return socket;
  const next = { ...socket, streams: socket.streams.with(index, answer) };
  return next.liveSinceMs === null && allConfirmed(next) ? { ...next, liveSinceMs: nowMs } : next;
}

function goOn(socket: SocketState, commands: readonly ConnectionCommand[] = []): SocketStep {
  return { socket, commands, failed: null };
}

function fail(socket: SocketState, failed: string): SocketStep {
  return { socket, commands: [], failed };
}
