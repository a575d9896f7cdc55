/**
 * Keeps what the quant engine was given, one file an hour, so that it can be run again. Laws: neither call waits or throws · a file
 * holds every line since its `begin`, or ends with a line that says so (`quant-recording.ts`).
 */
export interface QuantRecorder {
  /** Ends the file that is open and begins another one with this line; `atMs` goes into its name. */
  begin(atMs: number, line: string): void;
  line(text: string): void;
}
