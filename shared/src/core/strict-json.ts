import { type JsonNode, type JsonValue, plainJson } from './json-tree.ts';
import { err, ok, type Result } from './result.ts';
import { fromUtf8 } from './text-bytes.ts';

export type JsonRefusalCode =
  | 'input_too_large'
  | 'text_encoding'
  | 'json_syntax'
  | 'json_duplicate_key'
  | 'json_forbidden_key'
  | 'json_too_deep'
  | 'number_not_finite'
  | 'number_unsafe'
  | 'number_form';

/** Why bytes are no acceptable JSON document (operations spec §18, rows J1–J9). */
export interface JsonRefusal {
  readonly code: JsonRefusalCode;
  readonly message: string;
  /** Where: `$`, `$.symbols[3]`. */
  readonly path: string;
  /** UTF-16 offset in the text; 0 when the bytes are no text. */
  readonly offset: number;
}

export interface StrictJsonLimits {
  /** Default 1 MiB, the cap of the artifact contract. */
  readonly maxBytes?: number;
  /** Nested containers, default 64. */
  readonly maxDepth?: number;
  /** Keeps twin keys in the tree, for a validator that reports them beside everything else; default false. */
  readonly keepDuplicateKeys?: boolean;
}

/**
 * Plain value of UTF-8 JSON bytes, or the first refusal. Total: never throws, never coerces. Refuses what lenient parsers let
 * through: duplicate or prototype keys, a byte-order mark, lone surrogates, −0, integers beyond 2^53 − 1, numbers that overflow
 * or underflow, depth and size beyond the limits.
 */
export function parseStrictJson(bytes: Uint8Array, limits: StrictJsonLimits = {}): Result<JsonValue, JsonRefusal> {
  const tree = parseJsonTree(bytes, limits);
  return tree.ok ? ok(plainJson(tree.value)) : tree;
}

/** The same, as a tree that keeps key order and the form of numbers. */
export function parseJsonTree(bytes: Uint8Array, limits: StrictJsonLimits = {}): Result<JsonNode, JsonRefusal> {
  const maxBytes = limits.maxBytes ?? 1_048_576;
  const early = (code: JsonRefusalCode, message: string) => err({ code, message, path: '$', offset: 0 });
  if (bytes.length > maxBytes) return early('input_too_large', `${bytes.length} bytes exceed the limit of ${maxBytes}`);
  const text = fromUtf8(bytes);
  if (text === undefined) return early('text_encoding', 'not valid UTF-8');
  if (text.startsWith('\uFEFF')) return early('text_encoding', 'starts with a byte-order mark');
  return parseText(text, limits);
}

/** Carries a refusal out of the recursion; never leaves this file. */
class Refused {
  readonly refusal: JsonRefusal;

  constructor(refusal: JsonRefusal) {
    this.refusal = refusal;
  }
}

interface Cursor {
  readonly text: string;
  readonly maxDepth: number;
  readonly keepDuplicateKeys: boolean;
  readonly path: (string | number)[];
  at: number;
}

function parseText(text: string, limits: StrictJsonLimits): Result<JsonNode, JsonRefusal> {
  const { maxDepth = 64, keepDuplicateKeys = false } = limits;
  const cursor: Cursor = { text, maxDepth, keepDuplicateKeys, path: [], at: 0 };
  try {
    skipSpace(cursor);
    const node = readValue(cursor);
    skipSpace(cursor);
    if (cursor.at < text.length) refuse(cursor, 'json_syntax', 'data after the end of the document');
    return ok(node);
  } catch (thrown) {
    if (thrown instanceof Refused) return err(thrown.refusal);
    throw thrown;
  }
}

function readValue(cursor: Cursor): JsonNode {
  switch (cursor.text.charAt(cursor.at)) {
    case '{':
      return readObject(cursor);
    case '[':
      return readArray(cursor);
    case '"':
      return { kind: 'string', value: readString(cursor) };
    default:
      return readWord(cursor) ?? readNumber(cursor);
  }
}

const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

function readObject(cursor: Cursor): JsonNode {
  const entries: [string, JsonNode][] = [];
  const seen = new Set<string>();
  readItems(cursor, '}', () => {
    const key = readKey(cursor, seen);
    cursor.path.push(key);
    entries.push([key, readValue(cursor)]);
    cursor.path.pop();
  });
  return { kind: 'object', entries };
}

function readKey(cursor: Cursor, seen: Set<string>): string {
  if (cursor.text[cursor.at] !== '"') refuse(cursor, 'json_syntax', 'a key must be a string');
  const key = readString(cursor);
  if (FORBIDDEN_KEYS.has(key)) refuse(cursor, 'json_forbidden_key', `key "${key}" is never allowed`);
  if (seen.has(key) && !cursor.keepDuplicateKeys) refuse(cursor, 'json_duplicate_key', `key ${JSON.stringify(key)} occurs twice`);
  seen.add(key);
  skipSpace(cursor);
  expect(cursor, ':');
  skipSpace(cursor);
  return key;
}

function readArray(cursor: Cursor): JsonNode {
  const items: JsonNode[] = [];
  readItems(cursor, ']', () => {
    cursor.path.push(items.length);
    items.push(readValue(cursor));
    cursor.path.pop();
  });
  return { kind: 'array', items };
}

/** Reads `item` between the brackets at the cursor, separated by commas. The containers now open are those the cursor is in. */
function readItems(cursor: Cursor, close: '}' | ']', item: () => void): void {
  if (cursor.path.length >= cursor.maxDepth) refuse(cursor, 'json_too_deep', `nested deeper than ${cursor.maxDepth}`);
  cursor.at += 1;
  skipSpace(cursor);
  if (cursor.text[cursor.at] === close) {
    cursor.at += 1;
    return;
  }
  for (;;) {
    item();
    skipSpace(cursor);
    if (cursor.text[cursor.at] !== ',') break;
    cursor.at += 1;
    skipSpace(cursor);
  }
  expect(cursor, close);
}

/** Everything from space on but the quote and the backslash; a raw control character ends the run. */
const PLAIN_RUN = /[ !#-[\]-\uffff]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

function readString(cursor: Cursor): string {
  const start = cursor.at;
  cursor.at += 1;
  let escaped = false;
  for (;;) {
    advance(cursor, PLAIN_RUN);
    if (cursor.text[cursor.at] === '"') break;
    if (!advance(cursor, ESCAPE)) refuse(cursor, 'json_syntax', 'unfinished string, bad escape or raw control character');
    escaped = true;
  }
  cursor.at += 1;
  const raw = cursor.text.slice(start, cursor.at);
  // The token has exactly JSON's string form here, so the platform's decoder cannot refuse it.
  const value = escaped ? (JSON.parse(raw) as string) : raw.slice(1, -1);
  if (!value.isWellFormed()) refuse(cursor, 'text_encoding', 'a string holds a lone surrogate');
  return value;
}

const WORDS: readonly (readonly [string, JsonNode])[] = [
  ['true', { kind: 'boolean', value: true }],
  ['false', { kind: 'boolean', value: false }],
  ['null', { kind: 'null' }],
];

function readWord(cursor: Cursor): JsonNode | undefined {
  const word = WORDS.find(([text]) => cursor.text.startsWith(text, cursor.at));
  if (word === undefined) return undefined;
  cursor.at += word[0].length;
  return word[1];
}

const NOT_FINITE = /-?(?:NaN|Infinity)/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;

function readNumber(cursor: Cursor): JsonNode {
  if (peek(cursor, NOT_FINITE) !== null) refuse(cursor, 'number_not_finite', 'NaN and Infinity are no JSON numbers');
  const match = peek(cursor, NUMBER);
  if (match === null) return refuse(cursor, 'json_syntax', 'a value was expected');
  const [text, fraction, exponent] = match;
  const value = Number(text);
  const isInteger = fraction === undefined && exponent === undefined;
  if (!Number.isFinite(value)) refuse(cursor, 'number_not_finite', `${text.slice(0, 40)} is beyond the range of a double`);
  if (Object.is(value, -0)) refuse(cursor, 'number_form', 'minus zero');
  if (value === 0 && /^[^eE]*[1-9]/.test(text))
    refuse(cursor, 'number_form', `${text.slice(0, 40)} is not zero but reads as zero`);
  if (isInteger && !Number.isSafeInteger(value)) refuse(cursor, 'number_unsafe', `${text.slice(0, 40)} is beyond 2^53 - 1`);
  cursor.at += text.length;
  return { kind: isInteger ? 'integer' : 'float', value };
}

const SPACE = /[ \t\n\r]*/y;

function skipSpace(cursor: Cursor): void {
  advance(cursor, SPACE);
}

function expect(cursor: Cursor, char: string): void {
  if (cursor.text[cursor.at] !== char) refuse(cursor, 'json_syntax', `"${char}" was expected`);
  cursor.at += 1;
}

function peek(cursor: Cursor, sticky: RegExp): RegExpExecArray | null {
  sticky.lastIndex = cursor.at;
  return sticky.exec(cursor.text);
}

function advance(cursor: Cursor, sticky: RegExp): boolean {
  const match = peek(cursor, sticky);
  if (match === null) return false;
  cursor.at += match[0].length;
  return true;
}

function refuse(cursor: Cursor, code: JsonRefusalCode, message: string): never {
  const path = cursor.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
  throw new Refused({ code, message: `${message} (at offset ${cursor.at})`, path: `$${path}`, offset: cursor.at });
}
