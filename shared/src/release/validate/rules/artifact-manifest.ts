import { ARTIFACT_FILES, type ArtifactKey, type FileBytes } from '../../../contracts/artifact-files.ts';
import { ARTIFACT_CONTRACT_VERSION, ARTIFACT_NAME, STRATEGY_PROFILE } from '../../../contracts/names.ts';
import type { JsonNode } from '../../../core/json-tree.ts';
import { sha256Hex } from '../../../core/sha256.ts';
import { canonicalText, keysOf, member, shown, textOf } from '../json-fields.ts';
import type { JsonDocument, ReleaseWorld } from '../release-world.ts';
import type { Violation } from '../rule.ts';

/** The fifteen fields of the contract, in order; blocks come after them. */
export const MANIFEST_FIELDS = [
  'manifest_type',
  'contract_version',
  'strategy_profile',
  'artifact_type',
  'artifact_name',
  'as_of_date',
  'snapshot_as_of',
  'version',
  'mode',
  'symbol_count',
  'symbols',
  'source_project',
  'generated_at',
  'primary_artifact',
  'artifacts',
] as const;

const FIXED: Readonly<Record<string, string>> = {
  manifest_type: 'strategy_artifact',
  contract_version: ARTIFACT_CONTRACT_VERSION,
  strategy_profile: STRATEGY_PROFILE,
  artifact_type: 'live_pool',
  primary_artifact: 'live_pool',
};

export const ARTIFACT_KEYS = Object.keys(ARTIFACT_FILES) as ArtifactKey[];

/** V17: fifteen fields, five of them with one possible value; in profile strict the artifact's name too. */
export function manifestFieldsArePresent({ manifest, options }: ReleaseWorld): readonly Violation[] {
  if (manifest === undefined) return [];
  const { file, root } = manifest;
  const missing = MANIFEST_FIELDS.filter((field) => !keysOf(root).includes(field));
  const fixed = options.profile === 'strict' ? { ...FIXED, artifact_name: ARTIFACT_NAME } : FIXED;
  const wrong = Object.entries(fixed).filter(
    ([field, value]) => keysOf(root).includes(field) && textOf(member(root, field)) !== value,
  );
  return [
    ...missing.map((path) => ({ file, path, message: 'the field is missing' })),
    ...wrong.map(([path, value]) => ({
      file,
      path,
      message: `${canonicalText(member(root, path))} where only ${shown(value)} is allowed`,
    })),
  ];
}

/** V18: the manifest says of the pool what live_pool.json says. */
export function manifestMatchesPool({ manifest, pool }: ReleaseWorld): readonly Violation[] {
  if (manifest === undefined || pool === undefined) return [];
  const symbols = member(pool.root, 'symbols');
  const count: JsonNode | undefined = symbols?.kind === 'array' ? { kind: 'integer', value: symbols.items.length } : undefined;
  const wanted: readonly (readonly [string, JsonNode | undefined])[] = [
    ['version', member(pool.root, 'version')],
    ['mode', member(pool.root, 'mode')],
    ['as_of_date', member(pool.root, 'as_of_date')],
    ['snapshot_as_of', member(pool.root, 'as_of_date')],
    ['source_project', member(pool.root, 'source_project')],
    ['symbols', symbols],
    ['symbol_count', count],
  ];
  return wanted.flatMap(([path, value]) => {
    const found = member(manifest.root, path);
    if (found === undefined || value === undefined || canonicalText(found) === canonicalText(value)) return [];
    return [{ file: manifest.file, path, message: `${canonicalText(found)} where ${pool.file} says ${canonicalText(value)}` }];
  });
}

/** V19: each entry names its file, and the stored bytes have the digest it states. */
export function manifestBindsFiles({ manifest, files }: ReleaseWorld): readonly Violation[] {
  if (manifest === undefined || member(manifest.root, 'artifacts') === undefined) return [];
  return ARTIFACT_KEYS.flatMap((key) => entryViolations(manifest, key, files));
}

function entryViolations({ file, root }: JsonDocument, key: ArtifactKey, files: FileBytes): readonly Violation[] {
  const entry = member(member(root, 'artifacts'), key);
  const at = `artifacts.${key}`;
  if (entry?.kind !== 'object') return [{ file, path: at, message: 'must be an object with path and sha256' }];
  const name = ARTIFACT_FILES[key];
  const path = textOf(member(entry, 'path')) ?? '';
  const stated = textOf(member(entry, 'sha256')) ?? '';
  const bytes = files.get(name);
  const violations: Violation[] = [];
  if (path.split('/').at(-1) !== name) violations.push({ file, path: `${at}.path`, message: `${shown(path)} is not ${name}` });
  if (bytes === undefined) violations.push({ file, path: at, message: `${name} does not exist` });
  else if (stated.toLowerCase() !== sha256Hex(bytes)) {
    violations.push({
      file,
      path: `${at}.sha256`,
      message: `${shown(stated)} is stated, the bytes of ${name} have ${sha256Hex(bytes)}`,
    });
  }
  return violations;
}
