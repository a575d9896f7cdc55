import { type RunManifest, runManifestSchema } from '../contracts/run-manifest.ts';
import { type JsonValue, jsonTreeOfPlain } from '../core/json-tree.ts';
import { prettyJsonBytes } from './json-text.ts';

const KEYS = Object.keys(runManifestSchema.shape) as (keyof RunManifest)[];

/** Bytes of run_manifest.json: same facts, same bytes, keys in the order of the contract. */
export function runManifestBytes(manifest: RunManifest): Uint8Array {
  const checked = runManifestSchema.parse(manifest);
  const present = KEYS.filter((key) => checked[key] !== undefined);
  const ordered = Object.fromEntries(present.map((key) => [key, checked[key] as JsonValue]));
  return prettyJsonBytes(jsonTreeOfPlain(ordered));
}
