import { parseDay } from '../../../core/calendar-day.ts';
import type { JsonNode } from '../../../core/json-tree.ts';
import { integerOf, isFilled, keysOf, member, normalised, shown, textOf } from '../json-fields.ts';
import { type JsonDocument, poolDocuments, type ReleaseWorld } from '../release-world.ts';
import type { Violation } from '../rule.ts';

/** The seven fields that every consumer may rely on. */
export const STABLE_FIELDS = ['as_of_date', 'version', 'mode', 'pool_size', 'symbols', 'symbol_map', 'source_project'] as const;

/** V03: both pool files have the seven stable fields. A field that is absent is reported here and not by the rules about it. */
export function stableFieldsArePresent(world: ReleaseWorld): readonly Violation[] {
  return poolDocuments(world).flatMap(({ file, root }) =>
    STABLE_FIELDS.filter((field) => !keysOf(root).includes(field)).map((field) => ({
      file,
      path: field,
      message: 'the field is missing',
    })),
  );
}

/** V04: symbol lists of universe, pool and ranking: not empty, texts that end in USDT after trim and upper-case, no twins. */
export function symbolListsAreSound(world: ReleaseWorld): readonly Violation[] {
  const { universe, pool, ranking } = world;
  const column = ranking?.lines.map((line): JsonNode => ({ kind: 'string', value: line.cell('symbol') }));
  return [
    ...(universe ? listViolations(universe.file, 'symbols', member(universe.root, 'symbols')) : []),
    ...(pool && keysOf(pool.root).includes('symbols') ? listViolations(pool.file, 'symbols', member(pool.root, 'symbols')) : []),
    ...(column ? listViolations('latest_ranking.csv', 'symbol', { kind: 'array', items: column }) : []),
  ];
}

/** V05: symbol maps are filled objects whose values name a base asset. */
export function symbolMapsAreSound(world: ReleaseWorld): readonly Violation[] {
  const { pool, legacy } = world;
  return [
    ...(pool ? mapViolations(pool, 'symbol_map') : []),
    ...(legacy ? mapViolations(legacy, 'symbol_map') : []),
    ...(legacy ? mapViolations(legacy, 'symbols') : []),
  ];
}

/** V06: pool_size is a positive integer in both pool files. */
export function poolSizesArePositive(world: ReleaseWorld): readonly Violation[] {
  return poolDocuments(world).flatMap(({ file, root }) => {
    const size = member(root, 'pool_size');
    if (size === undefined || (integerOf(size) ?? 0) > 0) return [];
    return [{ file, path: 'pool_size', message: 'must be an integer above 0' }];
  });
}

/** V07: mode, version and source_project are not blank in both pool files. */
export function poolTextsAreFilled(world: ReleaseWorld): readonly Violation[] {
  return poolDocuments(world).flatMap(({ file, root }) =>
    ['mode', 'version', 'source_project']
      .filter((field) => keysOf(root).includes(field) && !isFilled(member(root, field)))
      .map((field) => ({ file, path: field, message: 'must be a text that is not blank' })),
  );
}

/** V08: as_of_date starts with a date that exists, in the universe and both pool files. */
export function datesParse(world: ReleaseWorld): readonly Violation[] {
  const { universe } = world;
  const pools = poolDocuments(world).filter(({ root }) => keysOf(root).includes('as_of_date'));
  return [...(universe ? [universe] : []), ...pools].flatMap(({ file, root }) => {
    const date = textOf(member(root, 'as_of_date'));
    if (date !== undefined && parseDay(date.slice(0, 10)) !== undefined) return [];
    return [{ file, path: 'as_of_date', message: `${shown(date)} does not start with a date YYYY-MM-DD` }];
  });
}

function listViolations(file: string, path: string, node: JsonNode | undefined): readonly Violation[] {
  if (node?.kind !== 'array') return [{ file, path, message: 'must be a list of symbols' }];
  if (node.items.length === 0) return [{ file, path, message: 'the list is empty' }];
  const seen = new Set<string>();
  return node.items.flatMap((item, index) => {
    const symbol = normalised(textOf(item) ?? '');
    const message = symbolProblem(symbol, seen);
    seen.add(symbol);
    return message === undefined ? [] : [{ file, path: `${path}[${index}]`, message }];
  });
}

function symbolProblem(symbol: string, seen: ReadonlySet<string>): string | undefined {
  if (symbol === '') return 'must be a text that is not blank';
  if (!symbol.endsWith('USDT')) return `${shown(symbol)} does not end in USDT`;
  return seen.has(symbol) ? `${shown(symbol)} occurs twice` : undefined;
}

function mapViolations({ file, root }: JsonDocument, field: string): readonly Violation[] {
  const map = member(root, field);
  if (map === undefined) return [];
  if (map.kind !== 'object') return [{ file, path: field, message: 'must be an object of symbols' }];
  if (map.entries.length === 0) return [{ file, path: field, message: 'the map is empty' }];
  return map.entries
    .filter(([, value]) => !isFilled(member(value, 'base_asset')))
    .map(([symbol]) => ({ file, path: `${field}.${symbol}`, message: 'must be an object with a base_asset that is not blank' }));
}
