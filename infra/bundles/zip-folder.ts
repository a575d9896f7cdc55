import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { crc32 } from 'node:zlib';

/** Signatures, versions and flags of the format (PKWARE APPNOTE 4.3). */
const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const VERSION = 20;
/** Bit 11: names are UTF-8. */
const UTF8_NAMES = 0x0800;
const STORED = 0;
/** 1980-01-01 00:00, the first instant that the format knows. */
const NO_TIME = 0;
const NO_DATE = 0x21;

/**
 * A folder as a zip archive that is the same bytes on every machine: files sorted by path, stored as they are (two builds of zlib
 * need not compress alike), without times and owners. For folders below 4 GiB and 65 535 files.
 */
export function zipFolder(folder: string): Buffer {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((file) => ({ path: relative(folder, file).split(sep).join('/'), bytes: readFileSync(file) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const { path, bytes } of files) {
    const name = Buffer.from(path, 'utf8');
    const facts = factsOf(name, bytes);
    const local = Buffer.concat([words([LOCAL_HEADER, 4], [VERSION, 2], ...facts, [0, 2]), name, bytes]);
    // Attributes of the file: none; after them where its own header begins.
    const rest = words([0, 2], [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]);
    centrals.push(Buffer.concat([words([CENTRAL_HEADER, 4], [VERSION, 2], [VERSION, 2], ...facts), rest, name]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const [count, size] = [files.length, directory.length];
  const end = words([END_OF_DIRECTORY, 4], [0, 2], [0, 2], [count, 2], [count, 2], [size, 4], [offset, 4], [0, 2]);
  return Buffer.concat([...locals, directory, end]);
}

type Word = readonly [value: number, bytes: 2 | 4];

/** What both headers of a file say, from its flags to the length of its name. */
function factsOf(name: Buffer, bytes: Buffer): readonly Word[] {
  return [
    [UTF8_NAMES, 2],
    [STORED, 2],
    [NO_TIME, 2],
    [NO_DATE, 2],
    [crc32(bytes), 4],
    [bytes.length, 4],
    [bytes.length, 4],
    [name.length, 2],
  ];
}

/** Little-endian. */
function words(...values: readonly Word[]): Buffer {
  const buffer = Buffer.alloc(values.reduce((sum, [, bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [value, bytes] of values) at = buffer.writeUIntLE(value, at, bytes);
  return buffer;
}
