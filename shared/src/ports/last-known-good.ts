/**
 * One small file that a reader keeps for bad days. Laws: `load` gives exactly the bytes of the last completed `save`, or null before
 * the first · a save is all or nothing, also when the process dies in it (write, then rename).
 */
export interface LastKnownGood {
  load(): Promise<Uint8Array | null>;
  save(bytes: Uint8Array): Promise<void>;
}
