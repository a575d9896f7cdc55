import type { LiveSurface } from '../live/live-instrument.ts';
import { FAULT_KINDS, type FaultKind } from './fault.ts';

/**
 * Faults that hit single book messages: dropped, sent twice, swapped with the next one of the symbol, checksum wrong, one digit
 * changed, cut in half. Checksum and sequence fields are otherwise honest.
 */
export const FRAME_FAULT_KINDS = ['gap', 'dup', 'reorder', 'bad_checksum', 'corrupt_digit', 'corrupt_syntax'] as const;

/**
 * Faults of connections. `ws_disconnect`: closed. `ws_refuse`: no new ones. `ws_half_open`: alive but silent for good, pings
 * included. `ws_stall`: market data silent while heartbeats go on. `ws_lag`: everything late, then in a burst. `late_snapshot`:
 * closed, and snapshots come late after that. `maintenance`: announced, closed, refused, REST too.
 */
export const CONNECTION_FAULT_KINDS = [
  'ws_disconnect',
  'ws_refuse',
  'ws_half_open',
  'ws_stall',
  'ws_lag',
  'late_snapshot',
  'maintenance',
] as const;

/** Faults of the market or the venue's clock; they are true, so every client sees them. */
export const MARKET_FAULT_KINDS = [
  'crossed',
  'precision_change',
  'clock_skew',
  'clock_jump',
  'halt',
  'delist',
  'depeg',
  'funding_spike',
  'liquidation_cascade',
] as const;

/**
 * Faults between a client and its orders. `lost_request`: the call never arrives. `lost_answer`, `late_answer`: it is carried out, and
 * its answer lost or late. `dup_fill`, `late_fill`, `missed_execution`: the report of a fill on the private stream, while REST stays
 * right. `nonce_race`: somebody else used the key with higher nonces. `key_revoked`: no key is good for a while.
 */
export const ORDER_FAULT_KINDS = [
  'lost_request',
  'lost_answer',
  'late_answer',
  'dup_fill',
  'late_fill',
  'missed_execution',
  'nonce_race',
  'key_revoked',
] as const;

export const LIVE_FAULT_KINDS = [
  ...FRAME_FAULT_KINDS,
  ...CONNECTION_FAULT_KINDS,
  ...MARKET_FAULT_KINDS,
  ...FAULT_KINDS,
  ...ORDER_FAULT_KINDS,
] as const;

export type FrameFaultKind = (typeof FRAME_FAULT_KINDS)[number];
export type ConnectionFaultKind = (typeof CONNECTION_FAULT_KINDS)[number];
export type MarketFaultKind = (typeof MARKET_FAULT_KINDS)[number];
export type OrderFaultKind = (typeof ORDER_FAULT_KINDS)[number];
export type LiveFaultKind = (typeof LIVE_FAULT_KINDS)[number];

/** One fault of the live simulator, injected now or by a scenario. */
export interface LiveFault {
  readonly kind: LiveFaultKind;
  readonly surface: LiveSurface;
  /** Stream symbol; absent = any book of the surface (or the first, where one must be chosen). */
  readonly symbol?: string;
  /**
   * How long it lasts, where it lasts; each kind has its own default. What hits messages or requests waits for them so long, and
   * without end when this is absent.
   */
  readonly durationMs?: number;
  /** Messages or requests hit, default 1. */
  readonly count?: number;
  /** `ws_lag`, `late_snapshot`, `http_slow`, `late_answer`, `late_fill`: how late. */
  readonly delayMs?: number;
  /** `clock_skew`, `clock_jump`: how far off, + is ahead. */
  readonly skewMs?: number;
}

export interface TimedFault {
  /** After the start of the simulator. */
  readonly atMs: number;
  readonly fault: LiveFault;
}

/** What really happened, when, to whom. `end` closes a fault that lasted, `missed` says that one waited in vain. */
export interface FaultRecord {
  /** Market time. */
  readonly atMs: number;
  readonly kind: LiveFaultKind | 'slow_consumer';
  readonly phase: 'hit' | 'begin' | 'end' | 'missed';
  readonly surface: LiveSurface;
  readonly symbol: string | null;
  /** Number of the connection, null when it concerns all. */
  readonly connection: number | null;
  /** Number of the book change that the hit message told, null otherwise. */
  readonly sequence: number | null;
  readonly detail: string;
}

export function isFrameFault(kind: LiveFaultKind): kind is FrameFaultKind {
  return (FRAME_FAULT_KINDS as readonly string[]).includes(kind);
}

export function isConnectionFault(kind: LiveFaultKind): kind is ConnectionFaultKind {
  return (CONNECTION_FAULT_KINDS as readonly string[]).includes(kind);
}

export function isOrderFault(kind: LiveFaultKind): kind is OrderFaultKind {
  return (ORDER_FAULT_KINDS as readonly string[]).includes(kind);
}

export function isHttpFault(kind: LiveFaultKind): kind is FaultKind {
  return (FAULT_KINDS as readonly string[]).includes(kind);
}
