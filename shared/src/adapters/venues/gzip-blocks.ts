import { promisify } from 'node:util';
import { constants, crc32, deflateRaw } from 'node:zlib';

/** How far a gzip stream was written; a value, so that a block that never reached the disk can be left out. */
export interface GzipState {
  readonly crc: number;
  /** Bytes so far, unpacked, modulo 2³². */
  readonly size: number;
  /** What the next block may refer to. */
  readonly window: Uint8Array;
}

/** A part of the stream, and the state behind it. */
export interface GzipBlock {
  readonly bytes: Uint8Array;
  readonly state: GzipState;
}

export const GZIP_BEGIN: GzipState = { crc: 0, size: 0, window: new Uint8Array() };

/** Ten bytes that begin every stream: deflate, no time, no name (RFC 1952). */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3);
const WINDOW_BYTES = 32 * 1024;
const LEVEL = 6;

const deflated = promisify<Uint8Array, object, Buffer>(deflateRaw);

/**
 * The next block of a stream. Blocks one behind the other are one gzip member that can be read up to the end of each of them, as zlib's
 * own sync flush makes it; a block packs as well as if the stream had never been flushed.
 */
export async function gzipBlock({ crc, size, window }: GzipState, text: string): Promise<GzipBlock> {
  const content = Buffer.from(text);
  const dictionary = window.length === 0 ? {} : { dictionary: window };
  const packed = await deflated(content, { level: LEVEL, finishFlush: constants.Z_SYNC_FLUSH, ...dictionary });
  const bytes = size === 0 ? Buffer.concat([HEADER, packed]) : packed;
  const next = Buffer.concat([window, content]).subarray(-WINDOW_BYTES);
  // A copy: a view would keep the whole block.
  return { bytes, state: { crc: crc32(content, crc), size: (size + content.length) % 2 ** 32, window: Uint8Array.from(next) } };
}

/** What ends a stream that has at least one block: an empty last block, checksum and size. */
export function gzipEnd({ crc, size }: GzipState): Uint8Array {
  const end = Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  end.writeUInt32LE(crc >>> 0, 2);
  end.writeUInt32LE(size >>> 0, 6);
  return end;
}
