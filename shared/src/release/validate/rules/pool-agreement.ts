import { parseVersion } from '../../../contracts/version-text.ts';
import { canonicalText, integerOf, keysOf, member, normalised, shown, textOf, textsOf } from '../json-fields.ts';
import { type JsonDocument, poolDocuments, type ReleaseWorld } from '../release-world.ts';
import type { Violation } from '../rule.ts';

/** V09: list, maps, declared sizes and universe tell of the same symbols. */
export function symbolsAgree(world: ReleaseWorld): readonly Violation[] {
  const { pool, legacy, universe } = world;
  return [
    ...(pool ? poolMatchesItsMap(pool) : []),
    ...(legacy ? legacyMatchesItsMap(legacy) : []),
    ...(pool && legacy ? poolsHoldTheSame(pool, legacy) : []),
    ...poolDocuments(world).flatMap(sizeMatches),
    ...(pool && universe ? poolIsInUniverse(pool, universe) : []),
  ];
}

/** V10: version = `<as_of>-<mode>`; profile strict also takes a revision, and asks for the exact form of release spec §3. */
export function versionsFit(world: ReleaseWorld): readonly Violation[] {
  const strict = world.options.profile === 'strict';
  return poolDocuments(world).flatMap(({ file, root }) => {
    const [version, asOf, mode] = ['version', 'as_of_date', 'mode'].map((field) => textOf(member(root, field)));
    if (version === undefined || asOf === undefined || mode === undefined) return [];
    const expected = `${asOf.slice(0, 10)}-${mode}`;
    if (strict && parseVersion(version) === undefined) {
      return [{ file, path: 'version', message: `${shown(version)} is not <YYYY-MM-DD>-<mode>[-rN]` }];
    }
    if (version === expected || (strict && version.startsWith(`${expected}-r`))) return [];
    return [{ file, path: 'version', message: `${shown(version)} is not ${shown(expected)}` }];
  });
}

/** V11: one as_of over universe, both pools, every ranking row and every manifest. */
export function datesAgree(world: ReleaseWorld): readonly Violation[] {
  const documents = [world.pool, world.legacy, world.universe, world.manifest, world.plan].filter((d) => d !== undefined);
  const dates = documents.flatMap(({ file, root }) => {
    const date = textOf(member(root, 'as_of_date'))?.slice(0, 10);
    return date === undefined ? [] : [{ file, path: 'as_of_date', date }];
  });
  const rows = (world.ranking?.header.includes('as_of_date') ? world.ranking.lines : []).map((line) => ({
    file: 'latest_ranking.csv',
    path: `row ${line.row}, as_of_date`,
    date: line.cell('as_of_date').slice(0, 10),
  }));
  const all = [...dates, ...rows];
  const first = all[0];
  return all
    .filter(({ date }) => date !== first?.date)
    .map(({ file, path, date }) => ({
      file,
      path,
      message: `${shown(date)} is not the ${shown(first?.date)} of ${first?.file}`,
    }));
}

/** V12: mode, version and source_project are equal in both pool files. */
export function poolTextsAgree({ pool, legacy }: ReleaseWorld): readonly Violation[] {
  if (pool === undefined || legacy === undefined) return [];
  return ['mode', 'version', 'source_project'].flatMap((field) => {
    const [a, b] = [member(pool.root, field), member(legacy.root, field)];
    if (a === undefined || b === undefined || canonicalText(a) === canonicalText(b)) return [];
    return [{ file: legacy.file, path: field, message: `${canonicalText(b)} is not the ${canonicalText(a)} of ${pool.file}` }];
  });
}

/** V13: the pool is the expected one. */
export function poolIsExpected({ pool, options: { expected } }: ReleaseWorld): readonly Violation[] {
  if (pool === undefined || expected === undefined) return [];
  const { file, root } = pool;
  const differs = (
    path: string,
    found: string | number | undefined,
    wanted: string | number | undefined,
  ): readonly Violation[] =>
    wanted === undefined || found === wanted || !keysOf(root).includes(path)
      ? []
      : [{ file, path, message: `${shown(found)} where ${shown(wanted)} is expected` }];
  return [
    ...differs('mode', textOf(member(root, 'mode')), expected.mode),
    ...differs('source_project', textOf(member(root, 'source_project')), expected.sourceProject),
    ...differs('pool_size', integerOf(member(root, 'pool_size')), expected.poolSize),
  ];
}

/** Symbols of live_pool.json in comparable form; empty where they cannot be read. */
export function poolSymbolsOf(pool: JsonDocument): readonly string[] {
  return (textsOf(member(pool.root, 'symbols')) ?? []).map(normalised);
}

function poolMatchesItsMap(pool: JsonDocument): readonly Violation[] {
  if (!keysOf(pool.root).includes('symbols') || member(pool.root, 'symbol_map')?.kind !== 'object') return [];
  const difference = setDifference(poolSymbolsOf(pool), mapSymbols(pool, 'symbol_map'));
  if (difference === undefined) return [];
  return [{ file: pool.file, path: 'symbol_map', message: `symbols and symbol_map differ in ${difference}` }];
}

function legacyMatchesItsMap(legacy: JsonDocument): readonly Violation[] {
  const [symbols, map] = [member(legacy.root, 'symbols'), member(legacy.root, 'symbol_map')];
  if (symbols === undefined || map === undefined || canonicalText(symbols) === canonicalText(map)) return [];
  return [{ file: legacy.file, path: 'symbols', message: 'symbols and symbol_map are not the same mapping' }];
}

function poolsHoldTheSame(pool: JsonDocument, legacy: JsonDocument): readonly Violation[] {
  if (!keysOf(pool.root).includes('symbols') || member(legacy.root, 'symbols')?.kind !== 'object') return [];
  const difference = setDifference(poolSymbolsOf(pool), mapSymbols(legacy, 'symbols'));
  if (difference === undefined) return [];
  return [{ file: legacy.file, path: 'symbols', message: `${pool.file} and ${legacy.file} differ in ${difference}` }];
}

function sizeMatches({ file, root }: JsonDocument): readonly Violation[] {
  const size = integerOf(member(root, 'pool_size'));
  const symbols = member(root, 'symbols');
  const length = symbols?.kind === 'array' ? symbols.items.length : keysOf(symbols).length;
  if (size === undefined || symbols === undefined || size === length) return [];
  return [{ file, path: 'pool_size', message: `${size} is declared, ${length} symbols are listed` }];
}

function poolIsInUniverse(pool: JsonDocument, universe: JsonDocument): readonly Violation[] {
  const listed = textsOf(member(universe.root, 'symbols'));
  if (listed === undefined) return [];
  const members = new Set(listed.map(normalised));
  const outside = poolSymbolsOf(pool).filter((symbol) => !members.has(symbol));
  if (outside.length === 0) return [];
  return [{ file: pool.file, path: 'symbols', message: `not in the universe: ${outside.join(', ')}` }];
}

function mapSymbols({ root }: JsonDocument, field: string): readonly string[] {
  return keysOf(member(root, field)).map(normalised);
}

/** Symbols that only one side has, or undefined. */
function setDifference(a: readonly string[], b: readonly string[]): string | undefined {
  const [inA, inB] = [new Set(a), new Set(b)];
  const difference = [...[...inA].filter((symbol) => !inB.has(symbol)), ...[...inB].filter((symbol) => !inA.has(symbol))];
  return difference.length === 0 ? undefined : difference.join(', ');
}
