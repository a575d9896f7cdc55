import { ARTIFACT_FILES } from '../../../contracts/artifact-files.ts';
import { ARTIFACT_CONTRACT_VERSION, STRATEGY_PROFILE } from '../../../contracts/names.ts';
import type { JsonNode } from '../../../core/json-tree.ts';
import { sha256Hex } from '../../../core/sha256.ts';
import { keysOf, member, shown, textOf } from '../json-fields.ts';
import type { JsonDocument, ReleaseWorld } from '../release-world.ts';
import type { Violation } from '../rule.ts';
import { ARTIFACT_KEYS } from './artifact-manifest.ts';

const BLOCK = 'runtime_evidence_identity';
const COMMIT = /^[0-9a-f]{40}$/;

/** V20: the identity block, where present or required, agrees with the manifest around it and with the stored bytes. */
export function identityMatches(world: ReleaseWorld): readonly Violation[] {
  const { manifest, options } = world;
  if (manifest === undefined) return [];
  const identity = member(manifest.root, BLOCK);
  if (identity !== undefined)
    return [...fieldViolations(manifest, identity), ...digestViolations(world, manifest.file, identity)];
  const required = options.requireIdentity ?? options.profile === 'strict';
  return required ? [{ file: manifest.file, path: BLOCK, message: 'the block is missing' }] : [];
}

function fieldViolations({ file, root }: JsonDocument, identity: JsonNode): readonly Violation[] {
  const asOf = textOf(member(root, 'as_of_date')) ?? '';
  const wanted: Readonly<Record<string, string | undefined>> = {
    strategy_profile: STRATEGY_PROFILE,
    mode: textOf(member(root, 'mode')),
    input_timestamp: `${asOf}T00:00:00Z`,
    artifact_contract: ARTIFACT_CONTRACT_VERSION,
    artifact_version: textOf(member(root, 'version')),
  };
  const wrong = Object.entries(wanted).filter(([field, value]) => textOf(member(identity, field)) !== value);
  const revision = textOf(member(identity, 'source_revision')) ?? '';
  return [
    ...wrong.map(([field, value]) => ({
      file,
      path: `${BLOCK}.${field}`,
      message: `${shown(textOf(member(identity, field)))} where ${shown(value)} is expected`,
    })),
    ...(COMMIT.test(revision)
      ? []
      : [{ file, path: `${BLOCK}.source_revision`, message: `${shown(revision)} is no commit of 40 hex digits` }]),
  ];
}

function digestViolations({ files }: ReleaseWorld, file: string, identity: JsonNode): readonly Violation[] {
  const artifacts = member(identity, 'artifacts');
  const path = `${BLOCK}.artifacts`;
  const unknown = keysOf(artifacts).filter((key) => !(ARTIFACT_KEYS as readonly string[]).includes(key));
  const wrong = ARTIFACT_KEYS.filter((key) => {
    const entry = member(artifacts, key);
    const bytes = files.get(ARTIFACT_FILES[key]);
    const digest = bytes && sha256Hex(bytes);
    return textOf(member(entry, 'path')) !== ARTIFACT_FILES[key] || textOf(member(entry, 'sha256')) !== digest;
  });
  return [
    ...unknown.map((key) => ({ file, path: `${path}.${key}`, message: 'is none of the four artifacts' })),
    ...wrong.map((key) => ({
      file,
      path: `${path}.${key}`,
      message: `path or sha256 is not that of the bytes of ${ARTIFACT_FILES[key]}`,
    })),
  ];
}
