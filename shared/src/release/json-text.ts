import { LivepoolError } from '../core/errors.ts';
import type { JsonNode } from '../core/json-tree.ts';
import { floatText } from '../core/number-text.ts';
import { utf8 } from '../core/text-bytes.ts';

/**
 * The one form of a JSON artifact (release spec §2): indent 2, `": "` and `","`, keys in tree order, non-ASCII as is, control
 * characters escaped, floats in shortest round-trip form, no newline at the end.
 */
export function prettyJson(node: JsonNode): string {
  return write(node, '\n');
}

/** UTF-8 bytes of `prettyJson`; no byte-order mark. */
export function prettyJsonBytes(node: JsonNode): Uint8Array {
  return utf8(prettyJson(node));
}

/** `lineStart` is the newline and indentation of the line that the node starts on. */
function write(node: JsonNode, lineStart: string): string {
  switch (node.kind) {
    case 'object': {
      const members = node.entries.map(([key, value]) => `${quote(key)}: ${write(value, `${lineStart}  `)}`);
      return block('{', members, '}', lineStart);
    }
    case 'array': {
      const items = node.items.map((item) => write(item, `${lineStart}  `));
      return block('[', items, ']', lineStart);
    }
    case 'string':
      return quote(node.value);
    case 'integer':
      return integerText(node.value);
    case 'float':
      return floatText(node.value);
    case 'boolean':
      return String(node.value);
    case 'null':
      return 'null';
  }
}

function block(open: string, parts: readonly string[], close: string, lineStart: string): string {
  if (parts.length === 0) return open + close;
  const inner = `${lineStart}  `;
  return `${open}${inner}${parts.join(`,${inner}`)}${lineStart}${close}`;
}

function quote(text: string): string {
  if (text.isWellFormed()) return JSON.stringify(text);
  throw new LivepoolError('TEXT_NOT_ENCODABLE', 'bug', 'a text with a lone surrogate has no UTF-8 form');
}

function integerText(value: number): string {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return String(value);
  throw new LivepoolError('NUMBER_NOT_ENCODABLE', 'bug', `${value} is no integer that survives a round trip`);
}
