import { LivepoolError } from '../core/errors.ts';
import type { DocumentData } from './document-store.ts';

/** Largest document, in bytes of its JSON text (the limit of Firestore is 1 MiB). */
const MAX_DOCUMENT_BYTES = 1_048_576;

/** Deepest nesting of maps and arrays below the document itself (the limit of Firestore). */
const MAX_DEPTH = 20;

/** Longest document id, in UTF-8 bytes. */
const MAX_ID_BYTES = 1_500;

export interface DocumentPath {
  readonly collection: string;
  readonly id: string;
}

/** Parts of a `collection/id` path; any other form is DOCUMENT_PATH_INVALID. */
export function parseDocumentPath(path: string): DocumentPath {
  const [collection = '', id = '', ...rest] = path.split('/');
  if (rest.length > 0 || !isDocumentKey(collection) || !isDocumentKey(id)) {
    throw new LivepoolError('DOCUMENT_PATH_INVALID', 'bug', `document path ${JSON.stringify(path)} is not "collection/id"`, {
      path,
    });
  }
  return { collection, id };
}

/** Refuses a collection name that no path could have. */
export function checkCollection(collection: string): void {
  if (!isDocumentKey(collection)) {
    throw new LivepoolError('DOCUMENT_PATH_INVALID', 'bug', `collection ${JSON.stringify(collection)} is not one name`, {
      collection,
    });
  }
}

/**
 * JSON text of a document with sorted keys, as the local adapters keep it. Refuses with DOCUMENT_INVALID what one of the stores
 * cannot keep: undefined, non-finite numbers and −0, an array directly inside an array, empty field names and those of
 * the form `__…__`, lone surrogates, more than 20 levels of maps and arrays, more than 1 MiB.
 */
export function encodeDocument(path: string, data: DocumentData): string {
  const text = encodeValue(data, (fault, field) => {
    throw new LivepoolError('DOCUMENT_INVALID', 'bug', `document ${path}, field ${field || '(root)'}: ${fault}`, { path, field });
  });
  if (Buffer.byteLength(text) > MAX_DOCUMENT_BYTES) {
    throw new LivepoolError('DOCUMENT_INVALID', 'bug', `document ${path} is larger than ${MAX_DOCUMENT_BYTES} bytes`, { path });
  }
  return text;
}

/** A fresh value of a text written by `encodeDocument`. */
export function decodeDocument(text: string): DocumentData {
  return JSON.parse(text) as DocumentData;
}

/** Order of ids in a listing: by UTF-8 bytes, as Firestore and SQLite compare. */
export function compareDocumentIds(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function isDocumentKey(key: string): boolean {
  if (key === '' || key === '.' || key === '..' || key.includes('/') || /^__.*__$/u.test(key)) return false;
  return key.isWellFormed() && !/\p{Cc}/u.test(key) && Buffer.byteLength(key) <= MAX_ID_BYTES;
}

type Refuse = (fault: string, field: string) => never;

function encodeValue(value: unknown, refuse: Refuse, field = '', insideArray = false, depth = 0): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return encodeText(value, refuse, field);
  if (typeof value === 'number') return encodeNumber(value, refuse, field);
  if (depth > MAX_DEPTH) refuse(`more than ${MAX_DEPTH} levels of maps and arrays`, field);
  if (Array.isArray(value)) {
    if (insideArray) refuse('an array directly inside an array', field);
    return `[${Array.from(value, (item, index) => encodeValue(item, refuse, `${field}[${index}]`, true, depth + 1)).join(',')}]`;
  }
  if (typeof value !== 'object') return refuse(`a value of type ${typeof value}`, field);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return refuse('an object that is not a plain map', field);
  return `{${encodeFields(value as Readonly<Record<string, unknown>>, refuse, field, depth).join(',')}}`;
}

function encodeFields(map: Readonly<Record<string, unknown>>, refuse: Refuse, field: string, depth: number): string[] {
  return Object.keys(map)
    .sort()
    .map((key) => {
      if (key === '') refuse('an empty field name', field);
      if (/^__.*__$/su.test(key)) refuse(`the reserved field name ${JSON.stringify(key)}`, field);
      const inner = field === '' ? key : `${field}.${key}`;
      return `${encodeText(key, refuse, inner)}:${encodeValue(map[key], refuse, inner, false, depth + 1)}`;
    });
}

function encodeText(text: string, refuse: Refuse, field: string): string {
  if (!text.isWellFormed()) refuse('a text with a lone surrogate', field);
  return JSON.stringify(text);
}

function encodeNumber(value: number, refuse: Refuse, field: string): string {
  if (!Number.isFinite(value) || Object.is(value, -0)) refuse(`the number ${Object.is(value, -0) ? '-0' : value}`, field);
  return String(value);
}
