import { z } from 'zod';
import { runtimeEvidenceIdentitySchema } from './artifact-manifest.ts';
import { symbolMapSchema } from './live-pool.ts';
import { LEGACY_EXACT_BYTES_CONTRACT } from './names.ts';
import { switchAction } from './switch-statement.ts';
import { base64Text, dateText, instantText, sha256Text, symbolText } from './text-forms.ts';
import { versionText } from './version-text.ts';

const uri = z.string().min(1);

/** What existing consumers read and lock to. */
const stableCore = {
  as_of_date: dateText,
  version: versionText,
  mode: z.string().min(1),
  pool_size: z.number().int().positive(),
  symbols: z.array(symbolText).min(1),
  symbol_map: symbolMapSchema,
  source_project: z.string().min(1),
};

/** Where the files are: `versioned_…` are immutable, the others mirror the last act. */
const pointers = {
  storage_prefix: uri,
  current_prefix: uri,
  live_pool_uri: uri,
  live_pool_legacy_uri: uri,
  artifact_manifest_uri: uri,
  latest_universe_uri: uri,
  latest_ranking_uri: uri,
  versioned_live_pool_legacy_uri: uri,
  versioned_artifact_manifest_uri: uri,
};

const wrapper = {
  artifact_contract_version: z.string().min(1),
  /** Of the content; unchanged by a rollback. */
  generated_at: instantText,
};

/** What the newer consumer needs to check the pool without a second read. */
const evidence = {
  runtime_evidence_identity: runtimeEvidenceIdentitySchema,
  live_pool_legacy_exact_bytes: z.strictObject({
    contract_version: z.literal(LEGACY_EXACT_BYTES_CONTRACT),
    encoding: z.literal('utf-8'),
    /** Exact text of live_pool_legacy.json. */
    utf8_text: z.string().min(1),
  }),
};

const additive = {
  publish_seq: z.number().int().positive(),
  action: switchAction,
  manifest_sha256: sha256Text,
  /** Generation of the versioned manifest object, as text. */
  manifest_generation: z.string().min(1),
  content_digest: sha256Text,
  params_id: z.string().min(1),
  params_sha256: sha256Text,
  versioned_live_pool_uri: uri,
  versioned_latest_universe_uri: uri,
  versioned_latest_ranking_uri: uri,
  committed_at: instantText,
  /** as_of + 46 days, 00:00Z. */
  expires_at: instantText,
  /** Version before this act; null for the first. */
  prev_version: versionText.nullable(),
  log_hash: sha256Text,
  key_id: sha256Text,
  signature: z.strictObject({
    alg: z.string().min(1),
    release_statement: base64Text,
    release_sig: base64Text,
    switch_statement: base64Text,
    switch_sig: base64Text,
  }),
};

/**
 * The pointer: `strategy/CRYPTO_LIVE_POOL_ROTATION_LIVE_POOL` (release spec §5). Its transaction is the only linearisation point
 * of the system. Open: consumers ignore fields that they do not know.
 */
export const summaryDocumentSchema = z.looseObject({ ...stableCore, ...pointers, ...wrapper, ...evidence, ...additive });

export type SummaryDocument = z.infer<typeof summaryDocumentSchema>;
