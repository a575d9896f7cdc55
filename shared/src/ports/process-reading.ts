/** What a process measured about itself at one instant. */
export interface ProcessReading {
  readonly rssBytes: number;
  readonly memoryLimitBytes: number;
  /** Longest time that the event loop was late lately. */
  readonly loopLagMs: number;
  /** Age of the last timer that came. */
  readonly timerAgeMs: number;
  /** How far our clock is from the venues'; null before there is enough to say. */
  readonly clockSkewMs: number | null;
}
