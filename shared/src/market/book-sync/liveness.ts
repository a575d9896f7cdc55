/** How long a venue's connection may be silent (market data spec §4.4). Any frame of the socket ends the silence. */
export interface LivenessLimits {
  readonly staleAfterMs: number;
  readonly reconnectAfterMs: number;
  /** We send a ping this often; null where none is needed. */
  readonly pingEveryMs: number | null;
  /** Longest usual pause between two frames: the venue's heartbeat, or the answers to our pings. */
  readonly expectedGapMs: number;
}

export type LivenessVenue = 'kraken_spot' | 'kraken_futures' | 'coinbase' | 'gate' | 'gemini' | 'mexc';

export const LIVENESS_LIMITS: Readonly<Record<LivenessVenue, LivenessLimits>> = {
  kraken_spot: { staleAfterMs: 5_000, reconnectAfterMs: 10_000, pingEveryMs: 30_000, expectedGapMs: 1_000 },
  kraken_futures: { staleAfterMs: 10_000, reconnectAfterMs: 30_000, pingEveryMs: 30_000, expectedGapMs: 10_000 },
  coinbase: { staleAfterMs: 5_000, reconnectAfterMs: 10_000, pingEveryMs: null, expectedGapMs: 1_000 },
  gate: { staleAfterMs: 10_000, reconnectAfterMs: 30_000, pingEveryMs: 10_000, expectedGapMs: 10_000 },
  gemini: { staleAfterMs: 12_000, reconnectAfterMs: 20_000, pingEveryMs: null, expectedGapMs: 5_000 },
  mexc: { staleAfterMs: 10_000, reconnectAfterMs: 30_000, pingEveryMs: 15_000, expectedGapMs: 15_000 },
};

export type Liveness = 'fresh' | 'stale' | 'reconnect';

/** Judges the silence since the socket's last frame. A quiet instrument on a live socket is not stale. */
export function liveness(limits: LivenessLimits, lastFrameMs: number, nowMs: number): Liveness {
  const silentMs = nowMs - lastFrameMs;
  if (silentMs >= limits.reconnectAfterMs) return 'reconnect';
  return silentMs >= limits.staleAfterMs ? 'stale' : 'fresh';
}
