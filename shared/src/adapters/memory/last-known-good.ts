import type { LastKnownGood } from '../../ports/last-known-good.ts';

/** A LastKnownGood that lives as long as the process. */
export function memoryLastKnownGood(): LastKnownGood {
  let kept: Uint8Array | null = null;
  return {
    load: async () => (kept === null ? null : Uint8Array.from(kept)),
    save: async (bytes) => {
      kept = Uint8Array.from(bytes);
    },
  };
}
