import type { StatePages } from '../../ports/quant-store.ts';

/** Small enough that one changed number does not write much, large enough that a tick writes few of them. */
const PAGE_BYTES = 2048;

/** The pages in which a state differs from the one before, bit by bit; all of them without one. */
export function statePages(engineKey: string, before: Float64Array | null, now: Float64Array): StatePages {
  const pages: { page: number; bytes: Uint8Array }[] = [];
  const words = new Int32Array(now.buffer, now.byteOffset, now.byteLength / 4);
  const known = before === null ? null : new Int32Array(before.buffer, before.byteOffset, before.byteLength / 4);
  const pageWords = PAGE_BYTES / 4;
  for (let from = 0; from < words.length; from += pageWords) {
    const to = Math.min(from + pageWords, words.length);
    if (known !== null && !differs(words, known, from, to)) continue;
    pages.push({ page: from / pageWords, bytes: new Uint8Array(now.buffer, now.byteOffset + 4 * from, 4 * (to - from)) });
  }
  return { engineKey, totalBytes: now.byteLength, pageBytes: PAGE_BYTES, pages };
}

/** A stored state as the engine takes it. */
export function stateOfBytes(bytes: Uint8Array): Float64Array {
  const state = new Float64Array(Math.floor(bytes.length / 8));
  new Uint8Array(state.buffer).set(bytes.subarray(0, state.byteLength));
  return state;
}

function differs(words: Int32Array, known: Int32Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (words[at] !== known[at]) return true;
  return false;
}
