import { readFile, stat } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { err, ok, type Result } from '../../core/result.ts';
import type { InputFindingCode } from '../../market/quality/input-finding.ts';

/** A daily file of a thousand years is smaller; more is a mistake or an attack (operations spec §18 J4). */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** Text of candles shrinks three- to fivefold; a file that grows more than this is a gzip bomb. */
const MAX_GZIP_RATIO = 100;

export interface FileFault {
  readonly code: Extract<InputFindingCode, 'file_unreadable' | 'input_too_large'>;
  readonly message: string;
}

export interface FileContent {
  /** Bytes as stored. */
  readonly stored: Uint8Array;
  /** Bytes of the text: unpacked when the name ends in `.gz`. */
  readonly text: Uint8Array;
}

/** Content of a `.csv` or `.csv.gz` file, or why it cannot be read: no right, a folder, a cut or foreign gzip stream, too large. */
export async function readCappedFile(path: string): Promise<Result<FileContent, FileFault>> {
  let stored: Uint8Array;
  try {
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES) return err({ code: 'input_too_large', message: `${size} bytes, at most ${MAX_FILE_BYTES}` });
    stored = await readFile(path);
  } catch (error) {
    return err({ code: 'file_unreadable', message: reasonOf(error) });
  }
  return path.endsWith('.gz') ? unpack(stored) : ok({ stored, text: stored });
}

function unpack(stored: Uint8Array): Result<FileContent, FileFault> {
  const maxOutputLength = Math.min(MAX_FILE_BYTES, Math.max(1, stored.length) * MAX_GZIP_RATIO);
  try {
    return ok({ stored, text: gunzipSync(stored, { maxOutputLength }) });
  } catch (error) {
    const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    if (isTooLarge) return err({ code: 'input_too_large', message: `unpacks to more than ${maxOutputLength} bytes` });
    return err({ code: 'file_unreadable', message: `not a whole gzip file (${reasonOf(error)})` });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
