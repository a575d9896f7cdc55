import { constants, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Compressors as Decompressors } from 'hyparquet';
import type { ParquetCodec } from '../../ports/cold-store.ts';

type CodecName = 'ZSTD' | 'GZIP' | 'SNAPPY' | 'UNCOMPRESSED';

/** Parquet's name of a codec. */
export const CODEC_NAMES: Readonly<Record<ParquetCodec, CodecName>> = {
  zstd: 'ZSTD',
  gzip: 'GZIP',
  snappy: 'SNAPPY',
  none: 'UNCOMPRESSED',
};

/** Part of the writer version: another level gives other bytes for the same rows. */
const ZSTD_LEVEL = 3;

/** Codecs that the writer library does not bring along. */
export const COMPRESSORS = {
  ZSTD: (bytes: Uint8Array) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } }),
  GZIP: (bytes: Uint8Array) => gzipSync(bytes),
};

/** The same for reading; a page that grows beyond what its header says is refused by the bound. */
export const DECOMPRESSORS: Decompressors = {
  ZSTD: (bytes, length) => zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, length) }),
  GZIP: (bytes, length) => gunzipSync(bytes, { maxOutputLength: Math.max(1, length) }),
};
