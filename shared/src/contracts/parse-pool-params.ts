import { canonicalJson } from '../core/canonical-json.ts';
import type { Refusal, Result } from '../core/result.ts';
import { err, ok } from '../core/result.ts';
import { sha256Hex } from '../core/sha256.ts';
import { type PoolParams, poolParamsSchema } from './pool-params.ts';

/** A validated parameter set and the digest that manifests carry. */
export interface LoadedPoolParams {
  readonly params: PoolParams;
  /** SHA-256 of the canonical JSON: formatting and key order of the file do not matter, every value does. */
  readonly sha256: string;
}

/** Validates a parsed parameter file; every problem is listed with its path. */
export function parsePoolParams(document: unknown, file: string): Result<LoadedPoolParams, readonly Refusal[]> {
  const parsed = poolParamsSchema.safeParse(document);
  if (parsed.success) return ok({ params: parsed.data, sha256: sha256Hex(canonicalJson(parsed.data)) });
  return err(
    parsed.error.issues.map((issue) => ({
      code: 'PARAMS_INVALID',
      message: `${file}: ${issue.path.join('.') || 'document'}: ${issue.message}`,
      details: { remedy: 'compare with shared/params/pool.core_major.json; every key is required and none has a default' },
    })),
  );
}
