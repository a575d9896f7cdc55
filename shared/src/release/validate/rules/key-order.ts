import { manifestInputsSchema } from '../../../contracts/artifact-manifest.ts';
import { RANKING_COLUMNS } from '../../../contracts/ranking-row.ts';
import type { JsonNode } from '../../../core/json-tree.ts';
import { keysOf, member } from '../json-fields.ts';
import type { JsonDocument, ReleaseWorld } from '../release-world.ts';
import type { Violation } from '../rule.ts';
import { ARTIFACT_KEYS, MANIFEST_FIELDS } from './artifact-manifest.ts';
import { STABLE_FIELDS } from './pool-fields.ts';

const INPUT_KEYS = Object.keys(manifestInputsSchema.shape);
const IDENTITY_KEYS = [
  'strategy_profile',
  'mode',
  'source_revision',
  'input_timestamp',
  'artifact_contract',
  'artifact_version',
  'artifacts',
];
const META_KEYS = ['final_score', 'confidence', 'current_rank'];

/** V23: exactly the keys of release spec §2 in their order; more only as one of the registered blocks. */
export function keysAreExact({ universe, pool, legacy, manifest, ranking }: ReleaseWorld): readonly Violation[] {
  return [
    ...(universe ? differs(universe.file, '', universe.root, [['as_of_date', 'symbols']]) : []),
    ...[pool, legacy].filter((document) => document !== undefined).flatMap(poolKeys),
    ...(manifest ? manifestKeys(manifest) : []),
    ...(ranking ? keysDiffer('latest_ranking.csv', 'header', ranking.header, [RANKING_COLUMNS]) : []),
  ];
}

function poolKeys({ file, root }: JsonDocument): readonly Violation[] {
  const maps = ['symbols', 'symbol_map'].filter((field) => member(root, field)?.kind === 'object');
  return [
    ...differs(file, '', root, [STABLE_FIELDS, [...STABLE_FIELDS, 'selection_meta']]),
    ...maps.flatMap((field) => eachValue(file, field, member(root, field), ['base_asset'])),
    ...eachValue(file, 'selection_meta', member(root, 'selection_meta'), META_KEYS),
  ];
}

function manifestKeys({ file, root }: JsonDocument): readonly Violation[] {
  const blocks = [[], ['runtime_evidence_identity'], INPUT_KEYS, ['runtime_evidence_identity', ...INPUT_KEYS]];
  const forms = blocks.map((block) => [...MANIFEST_FIELDS, ...block]);
  const identity = member(root, 'runtime_evidence_identity');
  return [
    ...differs(file, '', root, forms),
    ...artifactKeys(file, 'artifacts', member(root, 'artifacts')),
    ...(identity ? differs(file, 'runtime_evidence_identity', identity, [IDENTITY_KEYS]) : []),
    ...artifactKeys(file, 'runtime_evidence_identity.artifacts', member(identity, 'artifacts')),
  ];
}

/** Which artifacts there are is rules V19, V20 and V28; here only their order, and the keys of each. */
function artifactKeys(file: string, path: string, node: JsonNode | undefined): readonly Violation[] {
  const known = keysOf(node).filter((key) => (ARTIFACT_KEYS as readonly string[]).includes(key));
  const inOrder = ARTIFACT_KEYS.filter((key) => known.includes(key));
  return [...keysDiffer(file, path, known, [inOrder]), ...eachValue(file, path, node, ['path', 'sha256'])];
}

function eachValue(file: string, path: string, node: JsonNode | undefined, keys: readonly string[]): readonly Violation[] {
  if (node?.kind !== 'object') return [];
  return node.entries.flatMap(([key, value]) => differs(file, `${path}.${key}`, value, [keys]));
}

/** A value that is no object is reported by the rules about its type. */
function differs(file: string, path: string, node: JsonNode, forms: readonly (readonly string[])[]): readonly Violation[] {
  return node.kind === 'object' ? keysDiffer(file, path, keysOf(node), forms) : [];
}

function keysDiffer(
  file: string,
  path: string,
  keys: readonly string[],
  forms: readonly (readonly string[])[],
): readonly Violation[] {
  if (forms.some((form) => form.length === keys.length && form.every((key, index) => key === keys[index]))) return [];
  const expected = forms.at(-1) ?? [];
  const unknown = keys.filter((key) => !expected.includes(key));
  const missing = (forms[0] ?? []).filter((key) => !keys.includes(key));
  const detail = [
    ...(unknown.length > 0 ? [`unknown ${unknown.join(', ')}`] : []),
    ...(missing.length > 0 ? [`missing ${missing.join(', ')}`] : []),
  ];
  return [
    {
      file,
      path,
      message: detail.length > 0 ? `keys: ${detail.join('; ')}` : `keys are not in the order ${expected.join(', ')}`,
    },
  ];
}
