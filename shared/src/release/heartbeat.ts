import { type FileBytes, MANIFEST_FILE } from '../contracts/artifact-files.ts';
import type { SwitchAction } from '../contracts/switch-statement.ts';
import { type JsonNode, jsonTree } from '../core/json-tree.ts';
import { sha256Hex } from '../core/sha256.ts';
import { decodeRelease } from './decode-release.ts';
import { requireFile } from './digests.ts';
import { objectUri, type ReleaseLayout, releasePrefix } from './layout.ts';

/** Facts of a heartbeat that are not in the sealed bytes. */
export interface HeartbeatFacts {
  readonly layout: ReleaseLayout;
  /** Null outside a workflow runner. */
  readonly workflowRunId: string | null;
  readonly workflowRunUrl: string | null;
  /** The committed act; without one the document is the reference's, which knows no acts. */
  readonly act?: { readonly publishSeq: number; readonly action: SwitchAction };
}

/** `monthly/<version>.json`, written straight after a commit (release spec §11): monitors watch for it, nothing reads it back. */
export function heartbeatDocument(files: FileBytes, facts: HeartbeatFacts): JsonNode {
  const { pool, manifest } = decodeRelease(files);
  const { act } = facts;
  return jsonTree({
    stage: act && 'activated',
    version: pool.version,
    as_of_date: pool.as_of_date,
    mode: pool.mode,
    pool_size: pool.pool_size,
    symbols: pool.symbols,
    storage_prefix: objectUri(facts.layout, releasePrefix(facts.layout, pool.version)),
    generated_at: manifest.generated_at,
    workflow_run_id: facts.workflowRunId,
    workflow_run_url: facts.workflowRunUrl,
    publish_seq: act?.publishSeq,
    action: act?.action,
    manifest_sha256: act && sha256Hex(requireFile(files, MANIFEST_FILE)),
  });
}
