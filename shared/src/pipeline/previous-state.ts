import { decodeContract } from '../contracts/decode.ts';
import { type UniverseState, universeStateSchema } from '../contracts/universe-state.ts';
import { LivepoolError } from '../core/errors.ts';
import { sha256Hex } from '../core/sha256.ts';
import { evidenceObject } from '../release/layout.ts';
import { listReleases } from '../release/list-releases.ts';
import type { ReleaseReadDeps } from '../release/release-deps.ts';
import { compareVersions, requireVersion } from '../release/version.ts';
import type { InputDigest } from './input-digests.ts';

/** Reads registry, log and evidence; nothing is verified or written. */
export type PreviousStateDeps = Pick<ReleaseReadDeps, 'documents' | 'objects' | 'layout'>;

export interface PreviousState {
  readonly state: UniverseState;
  /** The evidence file it was read from. */
  readonly bytes: Uint8Array;
  readonly input: InputDigest;
}

/**
 * Universe state of the newest sealed release before `version` (pool spec §5 PT7); a condemned one is passed over, because a
 * rollback said that its data was wrong. Null when there is none.
 */
export async function previousState(deps: PreviousStateDeps, version: string): Promise<PreviousState | null> {
  const { mode } = requireVersion(version);
  const { releases } = await listReleases(deps);
  const before = releases.find(
    (release) =>
      release.status !== 'condemned' &&
      requireVersion(release.version).mode === mode &&
      compareVersions(release.version, version) < 0,
  );
  if (before === undefined) return null;
  const name = evidenceObject(deps.layout, before.version, 'universe_state.json');
  const stored = await deps.objects.get(name);
  if (stored === null) return null;
  const state = decodeContract(universeStateSchema, stored.bytes, name);
  if (!state.ok) throw new LivepoolError('STORE_CORRUPT', 'terminal', state.error.message, state.error.details);
  return {
    state: state.value,
    bytes: stored.bytes,
    input: { name: `evidence/${before.version}/universe_state.json`, sha256: sha256Hex(stored.bytes) },
  };
}
