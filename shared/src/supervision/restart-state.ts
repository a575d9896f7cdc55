import type { WorkerParams } from '../contracts/worker-params.ts';

export type RestartParams = WorkerParams['supervision'];

/** Life of one component as its supervisor sees it. A value: every event makes a new one. */
export interface RestartState {
  readonly phase: 'waiting' | 'running' | 'failed' | 'stopped';
  /** Since when it runs; null while it does not. */
  readonly startedMs: number | null;
  /** When it is started next; null while it runs or was stopped. */
  readonly dueMs: number | null;
  /** Crashes in a row, none of them after a steady time. */
  readonly attempt: number;
  /** Times of its crashes within the window. */
  readonly crashes: readonly number[];
  /** Crashes since the process began. */
  readonly crashesTotal: number;
  /** How often it was given up since somebody last tried to recover it, and whether anybody ever did. */
  readonly failuresAfterRecovery: number;
  readonly wasRecovered: boolean;
}

export type RestartEvent =
  | { readonly type: 'started'; readonly atMs: number }
  | { readonly type: 'crashed'; readonly atMs: number }
  /** A person or the watchdog begins it anew: its past does not count any more. */
  | { readonly type: 'recover'; readonly atMs: number }
  | { readonly type: 'stopped'; readonly atMs: number };

/** A component that is to be started now. */
export function newRestartState(nowMs: number): RestartState {
  return {
    phase: 'waiting',
    startedMs: null,
    dueMs: nowMs,
    attempt: 0,
    crashes: [],
    crashesTotal: 0,
    failuresAfterRecovery: 0,
    wasRecovered: false,
  };
}

/** Wait after the `attempt`-th crash in a row (1 = first): base · 2^(attempt − 1), at most the cap (operations spec §20 OV-02). */
export function restartDelayMs({ backoff_base_ms: base, backoff_cap_ms: cap }: RestartParams, attempt: number): number {
  return Math.min(cap, base * 2 ** Math.min(attempt - 1, 30));
}

/**
 * The next state (quant spec §9.2): a crash is followed by a back-off, the last one of a window by giving up. What was given up is tried
 * again once its crashes are out of the window: what it failed for may have passed, and nobody may be there to ask for it.
 */
export function stepRestart(params: RestartParams, state: RestartState, event: RestartEvent): RestartState {
  switch (event.type) {
    case 'started':
      return { ...state, phase: 'running', startedMs: event.atMs, dueMs: null };
    case 'crashed':
      return crashed(params, state, event.atMs);
    case 'recover':
      return { ...state, phase: 'waiting', startedMs: null, dueMs: event.atMs, attempt: 0, crashes: [], wasRecovered: true };
    case 'stopped':
      return { ...state, phase: 'stopped', startedMs: null, dueMs: null };
  }
}

function crashed(params: RestartParams, state: RestartState, atMs: number): RestartState {
  const ranMs = state.startedMs === null ? 0 : atMs - state.startedMs;
  const attempt = ranMs >= params.steady_after_ms ? 1 : state.attempt + 1;
  const crashes = [...state.crashes.filter((time) => time > atMs - params.crash_window_ms), atMs];
  const next = { ...state, startedMs: null, attempt, crashes, crashesTotal: state.crashesTotal + 1 };
  if (crashes.length < params.crash_limit) return { ...next, phase: 'waiting', dueMs: atMs + restartDelayMs(params, attempt) };
  const failuresAfterRecovery = state.failuresAfterRecovery + (state.wasRecovered ? 1 : 0);
  return { ...next, phase: 'failed', dueMs: atMs + params.crash_window_ms, failuresAfterRecovery };
}
