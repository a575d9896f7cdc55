import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GENERATED_NOTE, table } from './markdown.ts';

const PARAMS = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'shared', 'params');

/** Both parameter sets side by side, every leaf of the files. */
export function parametersPage(): string {
  const core = flatten(readSet('core_major'));
  const reference = flatten(readSet('reference'));
  const rows = [...core].map(([key, value]) => {
    const other = reference.get(key) ?? '';
    return [`\`${key}\``, cell(value), other === value ? '' : cell(other)];
  });
  return (
    `# Parameters\n\n${GENERATED_NOTE}\n\nFiles: \`shared/params/pool.core_major.json\` (default) and \`shared/params/pool.reference.json\` ` +
    `(parity with the reference implementation).\n\n${table(['key', 'core_major', 'reference, where it differs'], rows)}`
  );
}

function readSet(name: string): unknown {
  return JSON.parse(readFileSync(join(PARAMS, `pool.${name}.json`), 'utf8'));
}

function flatten(value: unknown, path = ''): Map<string, string> {
  if (value === null || typeof value !== 'object') return new Map([[path, JSON.stringify(value)]]);
  if (Array.isArray(value)) return new Map([[path, value.length === 0 ? 'none' : value.map(itemText).join(', ')]]);
  return new Map(Object.entries(value).flatMap(([key, item]) => [...flatten(item, path === '' ? key : `${path}.${key}`)]));
}

function itemText(item: unknown): string {
  if (item === null || typeof item !== 'object') return String(item);
  return Object.values(item)
    .map((part) => (Array.isArray(part) ? part.join(' ') : String(part)))
    .join(' ');
}

function cell(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}
