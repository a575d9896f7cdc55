import type { JsonNode } from '../../../core/json-tree.ts';
import { keysOf, member, shown, textOf, textsOf } from '../json-fields.ts';
import type { JsonDocument, ReleaseWorld } from '../release-world.ts';
import type { Violation } from '../rule.ts';

const SYMBOL = /^[A-Z0-9]{1,20}USDT$/;

/** V24: symbols have the contract's form without trimming, and base_asset is the symbol minus USDT. */
export function symbolsHaveContractForm(world: ReleaseWorld): readonly Violation[] {
  const { universe, pool, legacy, manifest, ranking } = world;
  const column = ranking?.header.includes('symbol') ? ranking.lines.map((line) => line.cell('symbol')) : [];
  return [
    ...[universe, pool, manifest].flatMap((document) => (document ? listViolations(document) : [])),
    ...(pool ? mapViolations(pool, 'symbol_map') : []),
    ...(legacy ? mapViolations(legacy, 'symbols') : []),
    ...(legacy ? mapViolations(legacy, 'symbol_map') : []),
    ...column.flatMap((symbol, index) => formViolation('latest_ranking.csv', `row ${index + 1}, symbol`, symbol)),
  ];
}

/** V25: live_pool, both maps, the legacy mapping and the manifest keep one order of symbols. */
export function orderIsTheSame({ pool, legacy, manifest }: ReleaseWorld): readonly Violation[] {
  const lists: readonly (readonly [string, string, readonly string[]])[] = [
    ...(pool ? [[pool.file, 'symbols', textsOf(member(pool.root, 'symbols')) ?? []] as const] : []),
    ...(pool ? [[pool.file, 'symbol_map', keysOf(member(pool.root, 'symbol_map'))] as const] : []),
    ...(legacy ? [[legacy.file, 'symbols', keysOf(member(legacy.root, 'symbols'))] as const] : []),
    ...(legacy ? [[legacy.file, 'symbol_map', keysOf(member(legacy.root, 'symbol_map'))] as const] : []),
    ...(manifest ? [[manifest.file, 'symbols', textsOf(member(manifest.root, 'symbols')) ?? []] as const] : []),
  ];
  const [first, ...others] = lists;
  if (first === undefined) return [];
  return others
    .filter(([, , symbols]) => !sameOrder(first[2], symbols))
    .map(([file, path]) => ({ file, path, message: `the order is not that of ${first[0]} ${first[1]}` }));
}

function listViolations({ file, root }: JsonDocument): readonly Violation[] {
  const list = member(root, 'symbols');
  if (list?.kind !== 'array') return [];
  return list.items.flatMap((item, index) => formViolation(file, `symbols[${index}]`, textOf(item)));
}

function mapViolations({ file, root }: JsonDocument, field: string): readonly Violation[] {
  const map = member(root, field);
  if (map?.kind !== 'object') return [];
  return map.entries.flatMap(([symbol, value]) => [
    ...formViolation(file, `${field}.${symbol}`, symbol),
    ...baseViolation(file, `${field}.${symbol}.base_asset`, symbol, member(value, 'base_asset')),
  ]);
}

function formViolation(file: string, path: string, symbol: string | undefined): readonly Violation[] {
  if (symbol !== undefined && SYMBOL.test(symbol)) return [];
  return [{ file, path, message: `${shown(symbol)} is not of the form ^[A-Z0-9]{1,20}USDT$` }];
}

/** A base that is missing or blank is rule V05. */
function baseViolation(file: string, path: string, symbol: string, node: JsonNode | undefined): readonly Violation[] {
  const base = textOf(node);
  if (base === undefined || base.trim() === '' || `${base}USDT` === symbol) return [];
  return [{ file, path, message: `${shown(base)} is not ${symbol} minus USDT` }];
}

/** Compares what both lists have: which symbols they hold is V09 and V18. */
function sameOrder(a: readonly string[], b: readonly string[]): boolean {
  const [setA, setB] = [new Set(a), new Set(b)];
  const inA = a.filter((symbol) => setB.has(symbol));
  const inB = b.filter((symbol) => setA.has(symbol));
  return inA.length !== inB.length || inA.every((symbol, index) => symbol === inB[index]);
}
