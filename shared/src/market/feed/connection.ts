import { backoffMs, RESET_BACKOFF_AFTER_LIVE_MS } from '../book-sync/backoff.ts';
import { isReached, RECONNECT_LIMIT, withEvent } from '../book-sync/event-window.ts';
import type { LivenessLimits } from '../book-sync/liveness.ts';
import type { ConnectionCommand } from './connection-command.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import { SUCCESSOR_PATIENCE_MS, SUCCESSOR_RETRY_MS } from './connection-limits.ts';
import { allConfirmed, newSocket, type SocketState, type SocketStep, stepSocket } from './socket.ts';
import type { Stream } from './stream.ts';

/** What never changes about a connection. */
export interface ConnectionPlan {
  readonly streams: readonly Stream[];
  readonly limits: ConnectionLimits;
  readonly liveness: LivenessLimits;
}

/**
 * One lasting connection to a venue: at most one socket whose data counts (`current`), and for a planned rollover at most one
 * more that is being made ready to take over (`successor`). A value: every event makes a new one.
 */
export interface ConnectionState {
  readonly stopped: boolean;
  readonly current: SocketState | null;
  readonly successor: SocketState | null;
  /** Failed attempts since the connection was last live for a minute. */
  readonly attempt: number;
  /** No socket is opened before this. */
  readonly retryAtMs: number;
  readonly successorRetryAtMs: number;
  readonly nextSocket: number;
  /** Times of the last lost connections, for `isDegraded`. */
  readonly losses: readonly number[];
}

export type ConnectionEvent =
  | { readonly type: 'tick' }
  | { readonly type: 'stop' }
  | { readonly type: 'opened'; readonly socket: number }
  | { readonly type: 'closed'; readonly socket: number }
  /** Something came at `atMs`; told a few times a second, not for every frame. */
  | { readonly type: 'frame'; readonly socket: number; readonly atMs: number }
  | { readonly type: 'confirmed'; readonly socket: number; readonly stream: number }
  | { readonly type: 'refused'; readonly socket: number; readonly stream: number }
  | { readonly type: 'resubscribe'; readonly socket: number; readonly streams: readonly number[]; readonly reason: string }
  | { readonly type: 'ready'; readonly socket: number }
  | { readonly type: 'reconnect'; readonly socket: number; readonly reason: string };

/** What a step needs to know and may not find out by itself. */
export interface StepContext {
  readonly nowMs: number;
  /** Uniform in [0, 1), fresh for every step. */
  readonly chance: number;
  /** From when on the host takes another connection attempt (CONNECTION_LIMIT). */
  readonly openAllowedAtMs: number;
}

export interface ConnectionStep {
  readonly state: ConnectionState;
  readonly commands: readonly ConnectionCommand[];
}

export function newConnection(nowMs: number): ConnectionState {
  const none = { current: null, successor: null, attempt: 0, successorRetryAtMs: 0, nextSocket: 1, losses: [] };
  return { stopped: false, retryAtMs: nowMs, ...none };
}

/** Three lost connections in ten minutes (market data spec §4.1). */
export function isDegraded(state: ConnectionState, nowMs: number): boolean {
  return isReached(state.losses, RECONNECT_LIMIT, nowMs);
}

/** The next state and what the owner of the sockets has to do, in order (market data spec §4.4). */
export function stepConnection(
  plan: ConnectionPlan,
  state: ConnectionState,
  event: ConnectionEvent,
  context: StepContext,
): ConnectionStep {
  if (state.stopped) return { state, commands: [] };
  if (event.type === 'stop') return stop(state);
  return event.type === 'tick' ? tick(plan, state, context) : onSocket(plan, state, event, context);
}

function stop(state: ConnectionState): ConnectionStep {
  const open = [state.current, state.successor].filter((socket) => socket !== null);
  const commands = open.map(({ id }) => ({ type: 'close', socket: id, reason: 'stopped' }) as const);
  return { state: { ...state, stopped: true, current: null, successor: null }, commands };
}

/** An event about one socket; one about a socket that was given up means nothing any more. */
function onSocket(
  plan: ConnectionPlan,
  state: ConnectionState,
  event: Exclude<ConnectionEvent, { type: 'tick' | 'stop' }>,
  context: StepContext,
): ConnectionStep {
  if (event.socket === state.current?.id)
    return withCurrent(state, stepSocket(plan, state.current, event, context.nowMs), context);
  if (event.socket !== state.successor?.id) return { state, commands: [] };
  const step = withSuccessor(state, stepSocket(plan, state.successor, event, context.nowMs), context);
  if (event.type !== 'ready' || step.state.successor === null) return step;
  return promote(step.state, [...step.commands], 'rollover');
}

function tick(plan: ConnectionPlan, state: ConnectionState, context: StepContext): ConnectionStep {
  const { nowMs } = context;
  if (state.current === null) return open(state, context);
  let step = withCurrent(state, stepSocket(plan, state.current, { type: 'tick' }, nowMs), context);
  if (step.state.successor !== null) {
    const { commands } = step;
    step = withSuccessor(step.state, stepSocket(plan, step.state.successor!, { type: 'tick' }, nowMs), context);
    step = { state: step.state, commands: [...commands, ...step.commands] };
    const waited = step.state.successor;
    const isPatient = waited === null || !allConfirmed(waited) || nowMs - waited.sinceMs < SUCCESSOR_PATIENCE_MS;
    return isPatient ? step : promote(step.state, [...step.commands], 'rollover');
  }
  return isDueForRollover(plan, step.state, context) ? openSuccessor(step, nowMs) : step;
}

function open(state: ConnectionState, { nowMs, openAllowedAtMs }: StepContext): ConnectionStep {
  if (nowMs < state.retryAtMs || nowMs < openAllowedAtMs) return { state, commands: [] };
  const socket = state.nextSocket;
  return {
    state: { ...state, current: newSocket(socket, nowMs), nextSocket: socket + 1 },
    commands: [
      { type: 'promote', socket },
      { type: 'open', socket },
    ],
  };
}

function isDueForRollover(plan: ConnectionPlan, state: ConnectionState, { nowMs, openAllowedAtMs }: StepContext): boolean {
  const { current } = state;
  if (current === null || current.phase !== 'open' || nowMs - current.sinceMs < plan.limits.lifeMs) return false;
  return nowMs >= state.successorRetryAtMs && nowMs >= openAllowedAtMs;
}

function openSuccessor({ state, commands }: ConnectionStep, nowMs: number): ConnectionStep {
  const socket = state.nextSocket;
  return {
    state: { ...state, successor: newSocket(socket, nowMs), nextSocket: socket + 1 },
    commands: [...commands, { type: 'open', socket }],
  };
}

/** The successor becomes the current socket, and the old one, if it is still there, is closed. */
function promote(state: ConnectionState, commands: ConnectionCommand[], reason: string): ConnectionStep {
  const next = state.successor!;
  commands.push({ type: 'promote', socket: next.id });
  if (state.current !== null) commands.push({ type: 'close', socket: state.current.id, reason });
  return { state: { ...state, current: next, successor: null }, commands };
}

/** A lost current socket is replaced by the successor if there is one, else after the back-off. */
function withCurrent(state: ConnectionState, step: SocketStep, context: StepContext): ConnectionStep {
  if (step.failed === null) return { state: { ...state, current: step.socket }, commands: step.commands };
  const { nowMs, chance } = context;
  const lost = state.current!;
  const commands: ConnectionCommand[] = [...step.commands, { type: 'close', socket: lost.id, reason: step.failed }];
  const losses = withEvent(state.losses, RECONNECT_LIMIT, nowMs);
  if (state.successor !== null) return promote({ ...state, current: null, losses }, commands, step.failed);
  const wasLive = lost.liveSinceMs !== null && nowMs - lost.liveSinceMs >= RESET_BACKOFF_AFTER_LIVE_MS;
  const attempt = wasLive ? 1 : state.attempt + 1;
  const retryAtMs = nowMs + backoffMs(attempt, chance);
  return { state: { ...state, current: null, attempt, retryAtMs, losses }, commands };
}

function withSuccessor(state: ConnectionState, step: SocketStep, { nowMs }: StepContext): ConnectionStep {
  if (step.failed === null) return { state: { ...state, successor: step.socket }, commands: step.commands };
  const commands: ConnectionCommand[] = [...step.commands, { type: 'close', socket: step.socket.id, reason: step.failed }];
  return { state: { ...state, successor: null, successorRetryAtMs: nowMs + SUCCESSOR_RETRY_MS }, commands };
}
