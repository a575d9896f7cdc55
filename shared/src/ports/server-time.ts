/** What a service says the time is. */
export interface ServerTime {
  /** Whose clock it is, for people. */
  readonly server: string;
  /** Its time in ms since the epoch, cut to `resolutionMs`, as it was somewhere between asking and hearing. */
  read(): Promise<{ readonly serverMs: number; readonly resolutionMs: number }>;
}
