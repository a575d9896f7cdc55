import { sha256Hex } from '#shared/core/sha256.ts';

/** SHA-256 over every bit of a value: typed arrays as bytes, maps as entries. Two panels are the same iff their digests are. */
export function digestOf(value: unknown): string {
  return sha256Hex(
    JSON.stringify(value, (_key, item: unknown) => {
      if (ArrayBuffer.isView(item)) return Buffer.from(item.buffer, item.byteOffset, item.byteLength).toString('base64');
      if (item instanceof Map) return [...item];
      return typeof item === 'number' && Number.isNaN(item) ? 'NaN' : item;
    }),
  );
}
