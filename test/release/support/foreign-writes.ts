import type { DocumentData } from '#shared/ports/document-store.ts';
import { ABSENT } from '#shared/ports/object-store.ts';
import type { Stores } from './release-lab.ts';

/** What somebody with write access to the bucket can do: replace an object, or with null delete it. */
export async function overwrite({ objects }: Stores, name: string, bytes: Uint8Array | null): Promise<void> {
  const found = await objects.stat(name);
  const ifGenerationMatch = found?.generation ?? ABSENT;
  if (bytes === null) {
    if (found !== null) await objects.delete(name, { ifGenerationMatch });
    return;
  }
  await objects.put(name, bytes, { ifGenerationMatch, contentType: 'application/json' });
}

/** What somebody with write access to the database can do. */
export async function setDocument({ documents }: Stores, path: string, data: DocumentData): Promise<void> {
  await documents.transaction(async (tx) => tx.set(path, data));
}

/** The same bytes with one bit of the middle one turned over. */
export function flipped(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[Math.floor(copy.length / 2)]! ^= 1;
  return copy;
}
