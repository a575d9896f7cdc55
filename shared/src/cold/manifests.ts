import { type ColdManifest, coldManifestSchema } from '../contracts/cold-manifest.ts';
import type { TableSchema } from '../contracts/table-schema.ts';
import { LivepoolError } from '../core/errors.ts';
import { fromUtf8, utf8 } from '../core/text-bytes.ts';
import type { StoredPartition, TimeRange } from '../ports/cold-store.ts';
import { ABSENT, type ObjectStore } from '../ports/object-store.ts';
import { partitionRange } from './partition.ts';

const MANIFEST_NAME = /\/dt=(\d{4}-\d{2}-\d{2}(?:\/hour=\d{2})?)\/_manifest-(\d+)\.json$/;

/** Folder of a partition's objects: `<root>/<table>/dt=YYYY-MM-DD[/hour=HH]`. */
export function partitionPrefix(root: string, schema: TableSchema, dt: string): string {
  return `${root}/${schema.table}/dt=${dt}`;
}

/** Partitions of a table that a range touches, each with its manifest in force, ascending by dt. */
export async function readPartitions(
  objects: ObjectStore,
  root: string,
  schema: TableSchema,
  range: TimeRange,
): Promise<readonly StoredPartition[]> {
  const newest = new Map<string, { readonly number: number; readonly name: string }>();
  for (const { name } of await objects.list(`${root}/${schema.table}/dt=`)) {
    const match = MANIFEST_NAME.exec(name);
    if (match === null) continue;
    const [, dt = '', numberText = ''] = match;
    const covered = partitionRange(schema.grain, dt);
    if (covered.to <= range.from || covered.from >= range.to) continue;
    const number = Number(numberText);
    if (number > (newest.get(dt)?.number ?? 0)) newest.set(dt, { number, name });
  }
  const found = [...newest].sort(([a], [b]) => (a < b ? -1 : 1));
  return Promise.all(found.map(async ([dt, { number, name }]) => ({ dt, number, manifest: await readManifest(objects, name) })));
}

/** Writes manifest `number` of a partition, create-only; the same bytes again are a no-op, others are COLD_CONFLICT. */
export async function writeManifest(
  objects: ObjectStore,
  root: string,
  schema: TableSchema,
  number: number,
  manifest: ColdManifest,
): Promise<void> {
  const name = `${partitionPrefix(root, schema, manifest.dt)}/_manifest-${number}.json`;
  const bytes = utf8(`${JSON.stringify(coldManifestSchema.parse(manifest), null, 2)}\n`);
  const outcome = await objects.put(name, bytes, { ifGenerationMatch: ABSENT, contentType: 'application/json' });
  if (outcome.written) return;
  const stored = await objects.get(name);
  if (stored !== null && Buffer.compare(stored.bytes, bytes) === 0) return;
  const message = `${name} was written by somebody else; one writer per table: read the table again and repeat`;
  throw new LivepoolError('COLD_CONFLICT', 'terminal', message, { name });
}

async function readManifest(objects: ObjectStore, name: string): Promise<ColdManifest> {
  const stored = await objects.get(name, { maxBytes: 8 * 1024 * 1024 });
  const parsed = coldManifestSchema.safeParse(parseJson(stored === null ? undefined : fromUtf8(stored.bytes)));
  if (parsed.success) return parsed.data;
  const message = `${name} is not a partition manifest; restore it, or delete it to fall back to the one before`;
  throw new LivepoolError('COLD_OBJECT_CORRUPT', 'terminal', message, { name });
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
