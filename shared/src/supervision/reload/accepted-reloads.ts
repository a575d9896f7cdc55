import type { ParamChange } from '../../contracts/config-reload.ts';
import type { RecoveryStep } from '../../contracts/recovery.ts';

const HASH = /; config_hash ([0-9a-f]{64})$/;

/** What the log says of a reload before it takes effect: who, why, which keys, and the hash of the configuration that follows. */
export function reloadDetail(operator: string, reason: string, changes: readonly ParamChange[], configHash: string): string {
  const keys = changes.map(({ key, from, to }) => `${key} ${JSON.stringify(from)} → ${JSON.stringify(to)}`);
  return `${operator}: ${reason}; ${keys.join(', ')}; config_hash ${configHash}`;
}

/** Hashes of configurations that operators have put in force: a worker that goes over to one of them has not drifted. */
export function acceptedHashes(steps: readonly RecoveryStep[]): ReadonlySet<string> {
  const requested = steps.filter(({ component, step }) => component === 'configuration' && step === 'requested');
  return new Set(requested.flatMap(({ detail }) => HASH.exec(detail)?.[1] ?? []));
}
