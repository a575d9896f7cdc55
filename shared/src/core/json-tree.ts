import { LivepoolError } from './errors.ts';

/**
 * A JSON value with everything that plain JavaScript values lose: the order of keys (engines move integer-like ones to the
 * front) and whether a number was written as an integer or a float. Parser and writer share it, so that "the same bytes again"
 * can be asked of any document.
 */
export type JsonNode =
  | { readonly kind: 'object'; readonly entries: readonly (readonly [key: string, value: JsonNode])[] }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' };

/** Plain values; objects read from foreign bytes have no prototype. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Values from which `jsonTree` builds a document: numbers are integers, floats are said with `jsonFloat`, undefined is left out. */
export type JsonInput =
  | string
  | number
  | boolean
  | null
  | JsonNodeBox
  | readonly JsonInput[]
  | { readonly [key: string]: JsonInput | undefined };

/** A ready node inside a `JsonInput`. */
export class JsonNodeBox {
  readonly node: JsonNode;

  constructor(node: JsonNode) {
    this.node = node;
  }
}

/** A float member: written in shortest round-trip form, `1.0` for one. */
export function jsonFloat(value: number): JsonNodeBox {
  return new JsonNodeBox({ kind: 'float', value });
}

/** An object member with exactly this order of keys, whatever the keys look like. */
export function jsonOrdered(entries: readonly (readonly [string, JsonInput])[]): JsonNodeBox {
  return new JsonNodeBox({ kind: 'object', entries: entries.map(([key, value]) => [key, jsonTree(value)]) });
}

/** Tree of plain values with keys in the order given. A float or an integer-like key is a bug: say `jsonFloat`, `jsonOrdered`. */
export function jsonTree(input: JsonInput): JsonNode {
  if (input instanceof JsonNodeBox) return input.node;
  if (input === null) return { kind: 'null' };
  if (typeof input === 'string') return { kind: 'string', value: input };
  if (typeof input === 'boolean') return { kind: 'boolean', value: input };
  if (typeof input === 'number') return integerNode(input);
  if (isList(input)) return { kind: 'array', items: input.map(jsonTree) };
  return { kind: 'object', entries: Object.entries(input).flatMap(([key, value]) => memberOf(key, value)) };
}

/** Tree of any plain value, for evidence whose numbers have no fixed form: a whole number is an integer, others are floats. */
export function jsonTreeOfPlain(value: JsonValue): JsonNode {
  if (typeof value === 'number') return { kind: Number.isSafeInteger(value) ? 'integer' : 'float', value };
  if (value === null || typeof value !== 'object') return jsonTree(value);
  if (isPlainList(value)) return { kind: 'array', items: value.map(jsonTreeOfPlain) };
  return { kind: 'object', entries: Object.entries(value).map(([key, item]) => [key, jsonTreeOfPlain(item)]) };
}

/** Plain value of a tree. Objects get no prototype, so that no key can mean anything. */
export function plainJson(node: JsonNode): JsonValue {
  switch (node.kind) {
    case 'object': {
      const object: { [key: string]: JsonValue } = Object.create(null);
      for (const [key, value] of node.entries) object[key] = plainJson(value);
      return object;
    }
    case 'array':
      return node.items.map(plainJson);
    case 'null':
      return null;
    case 'string':
    case 'integer':
    case 'float':
    case 'boolean':
      return node.value;
  }
}

function isList(input: readonly JsonInput[] | { readonly [key: string]: JsonInput | undefined }): input is readonly JsonInput[] {
  return Array.isArray(input);
}

function isPlainList(value: readonly JsonValue[] | { readonly [key: string]: JsonValue }): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function integerNode(value: number): JsonNode {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return { kind: 'integer', value };
  throw new LivepoolError('NUMBER_NOT_ENCODABLE', 'bug', `${value} is no integer; floats of a document are marked as such`);
}

function memberOf(key: string, value: JsonInput | undefined): readonly (readonly [string, JsonNode])[] {
  if (value === undefined) return [];
  if (/^\d+$/.test(key)) throw new LivepoolError('INVARIANT', 'bug', `key "${key}" loses its place in a plain object`);
  return [[key, jsonTree(value)]];
}
