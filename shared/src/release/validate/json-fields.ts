import type { JsonNode } from '../../core/json-tree.ts';

/** Member of an object node; of twin keys the last, as most parsers read it. */
export function member(node: JsonNode | undefined, key: string): JsonNode | undefined {
  if (node?.kind !== 'object') return undefined;
  return node.entries.findLast(([name]) => name === key)?.[1];
}

/** Keys of an object node in their order; empty for anything else. */
export function keysOf(node: JsonNode | undefined): readonly string[] {
  return node?.kind === 'object' ? node.entries.map(([key]) => key) : [];
}

/** Text of a string node. */
export function textOf(node: JsonNode | undefined): string | undefined {
  return node?.kind === 'string' ? node.value : undefined;
}

/** Value of a number that was written as an integer; `5.0` is none. */
export function integerOf(node: JsonNode | undefined): number | undefined {
  return node?.kind === 'integer' ? node.value : undefined;
}

/** Items of a list of strings, or undefined when it is no list or holds anything else. */
export function textsOf(node: JsonNode | undefined): readonly string[] | undefined {
  if (node?.kind !== 'array') return undefined;
  const texts = node.items.map(textOf);
  return texts.every((text) => text !== undefined) ? texts : undefined;
}

/** True for a string with anything but blanks in it. */
export function isFilled(node: JsonNode | undefined): boolean {
  return (textOf(node) ?? '').trim() !== '';
}

/** The form in which symbols are compared by rules that tolerate case and blanks. */
export function normalised(symbol: string): string {
  return symbol.trim().toUpperCase();
}

/** Equal for two nodes that say the same whatever the order of their keys. */
export function canonicalText(node: JsonNode | undefined): string {
  if (node === undefined) return 'nothing';
  switch (node.kind) {
    case 'object': {
      const members = node.entries.map(([key, value]) => `${JSON.stringify(key)}:${canonicalText(value)}`);
      return `{${members.sort().join(',')}}`;
    }
    case 'array':
      return `[${node.items.map(canonicalText).join(',')}]`;
    case 'string':
      return JSON.stringify(node.value);
    case 'null':
      return 'null';
    case 'boolean':
    case 'integer':
    case 'float':
      return `${node.kind} ${node.value}`;
  }
}

/** Short text of a value for messages. */
export function shown(value: string | number | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
