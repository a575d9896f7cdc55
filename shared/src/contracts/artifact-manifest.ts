import { z } from 'zod';
import { ARTIFACT_CONTRACT_VERSION, ARTIFACT_NAME, STRATEGY_PROFILE } from './names.ts';
import { commitText, dateText, instantText, sha256Text, symbolText } from './text-forms.ts';
import { versionText } from './version-text.ts';

const artifactEntry = z.strictObject({
  /** Bare file name. */
  path: z.string().min(1),
  /** Hex SHA-256 of the stored bytes. */
  sha256: sha256Text,
});

const artifactEntries = z.strictObject({
  live_pool: artifactEntry,
  live_pool_legacy: artifactEntry,
  latest_ranking: artifactEntry,
  latest_universe: artifactEntry,
});

/** Manifest block `identity`: which code made these bytes from which day (release spec §2). */
export const runtimeEvidenceIdentitySchema = z.strictObject({
  strategy_profile: z.literal(STRATEGY_PROFILE),
  mode: z.string().min(1),
  source_revision: commitText,
  /** `<as_of>T00:00:00Z`. */
  input_timestamp: instantText,
  artifact_contract: z.string().min(1),
  artifact_version: versionText,
  artifacts: artifactEntries,
});

/** Manifest block `inputs`: which parameters and data went in. Its keys stand in the manifest itself, last. */
const manifestInputs = {
  params_id: z.string().min(1),
  params_sha256: sha256Text,
  data_digest: sha256Text,
  /** SHA-256 of explain.json. */
  evidence_sha256: sha256Text,
};

export const manifestInputsSchema = z.strictObject(manifestInputs);

/** artifact_manifest.json (release spec §2). It binds the four data files and does not cover itself. */
export const artifactManifestSchema = z.strictObject({
  manifest_type: z.literal('strategy_artifact'),
  contract_version: z.literal(ARTIFACT_CONTRACT_VERSION),
  strategy_profile: z.literal(STRATEGY_PROFILE),
  artifact_type: z.literal('live_pool'),
  artifact_name: z.literal(ARTIFACT_NAME),
  as_of_date: dateText,
  snapshot_as_of: dateText,
  version: versionText,
  mode: z.string().min(1),
  symbol_count: z.number().int().positive(),
  symbols: z.array(symbolText).min(1),
  source_project: z.string().min(1),
  generated_at: instantText,
  primary_artifact: z.literal('live_pool'),
  artifacts: artifactEntries,
  runtime_evidence_identity: runtimeEvidenceIdentitySchema.optional(),
  ...z.strictObject(manifestInputs).partial().shape,
});

export type ArtifactEntries = z.infer<typeof artifactEntries>;
export type RuntimeEvidenceIdentity = z.infer<typeof runtimeEvidenceIdentitySchema>;
export type ManifestInputs = z.infer<typeof manifestInputsSchema>;
export type ArtifactManifest = z.infer<typeof artifactManifestSchema>;
