import { type FileBytes, MANIFEST_FILE } from '../../contracts/artifact-files.ts';
import { parseCsv } from '../../core/csv.ts';
import type { JsonNode } from '../../core/json-tree.ts';
import { parseJsonTree } from '../../core/strict-json.ts';
import { type RankingTable, rankingTable } from './ranking-table.ts';
import type { Violation } from './rule.ts';
import type { ValidationOptions } from './validation-options.ts';

export const PLAN_FILE = 'release_manifest.json';

/** A JSON file that could be read and holds an object. */
export interface JsonDocument {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly root: JsonNode;
}

/** The files as every rule sees them: read once, absent where unreadable. */
export interface ReleaseWorld {
  readonly files: FileBytes;
  readonly options: ValidationOptions;
  readonly universe: JsonDocument | undefined;
  readonly pool: JsonDocument | undefined;
  readonly legacy: JsonDocument | undefined;
  readonly manifest: JsonDocument | undefined;
  readonly plan: JsonDocument | undefined;
  readonly ranking: RankingTable | undefined;
  /** What kept a present file from being read (V02). */
  readonly unreadable: readonly Violation[];
}

/** Beyond this nothing is parsed at all; the contract's own cap (1 MiB) is rule V22. */
const HARD_CAP_BYTES = 8 * 1_048_576;

/** Reads the bytes; never throws, whatever they hold. */
export function readWorld(files: FileBytes, options: ValidationOptions): ReleaseWorld {
  const unreadable: Violation[] = [];
  const json = (file: string, bytes = files.get(file)): JsonDocument | undefined => readJson(file, bytes, unreadable);
  return {
    files,
    options,
    universe: json('latest_universe.json'),
    pool: json('live_pool.json'),
    legacy: json('live_pool_legacy.json'),
    manifest: json(MANIFEST_FILE),
    plan: json(PLAN_FILE, options.planManifest),
    ranking: readRanking(files.get('latest_ranking.csv'), unreadable),
    unreadable,
  };
}

/** Both pool files that could be read. */
export function poolDocuments(world: ReleaseWorld): readonly JsonDocument[] {
  return [world.pool, world.legacy].filter((document) => document !== undefined);
}

function readJson(file: string, bytes: Uint8Array | undefined, unreadable: Violation[]): JsonDocument | undefined {
  if (bytes === undefined) return undefined;
  const parsed = parseJsonTree(bytes, { maxBytes: HARD_CAP_BYTES, keepDuplicateKeys: true });
  if (!parsed.ok) {
    unreadable.push({ file, path: parsed.error.path, message: `${parsed.error.code}: ${parsed.error.message}` });
    return undefined;
  }
  if (parsed.value.kind === 'object') return { file, bytes, root: parsed.value };
  unreadable.push({ file, path: '', message: `holds ${parsed.value.kind}, an object is needed` });
  return undefined;
}

function readRanking(bytes: Uint8Array | undefined, unreadable: Violation[]): RankingTable | undefined {
  if (bytes === undefined) return undefined;
  const parsed = parseCsv(bytes, { maxBytes: HARD_CAP_BYTES, allowCrLf: true });
  if (parsed.ok) return rankingTable(parsed.value);
  const { code, message, line, column } = parsed.error;
  unreadable.push({ file: 'latest_ranking.csv', path: `line ${line}, column ${column}`, message: `${code}: ${message}` });
  return undefined;
}
