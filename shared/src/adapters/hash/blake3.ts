import { createBLAKE3 } from 'hash-wasm';
import type { Blake3 } from '../../ports/blake3.ts';

/** BLAKE3 in WebAssembly, compiled once; the one hasher is used again for every digest (data platform spec §2). */
export async function openBlake3(): Promise<Blake3> {
  const hasher = await createBLAKE3();
  return {
    hex: (...parts) => {
      hasher.init();
      for (const part of parts) hasher.update(part);
      return hasher.digest('hex');
    },
  };
}
