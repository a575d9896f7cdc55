import { constants, gunzipSync } from 'node:zlib';

export interface Unpacked {
  readonly bytes: Buffer;
  /** The packed bytes end too soon; what was there before that was read. */
  readonly isCut: boolean;
}

const MOST_BYTES = 4 * 1024 * 1024 * 1024 - 1;

/** Unpacks gzip; one that ends too soon, as a killed recorder leaves it, is read as far as it goes. Throws what zlib throws for any other damage. */
export function readGzip(bytes: Buffer): Unpacked {
  try {
    return { bytes: gunzipSync(bytes, { maxOutputLength: MOST_BYTES }), isCut: false };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'Z_BUF_ERROR') throw error;
    return { bytes: gunzipSync(bytes, { maxOutputLength: MOST_BYTES, finishFlush: constants.Z_SYNC_FLUSH }), isCut: true };
  }
}
