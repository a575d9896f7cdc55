import type { ParamChange, RefusedChange } from '../../contracts/config-reload.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import { RELOADABLE, type ReloadRule, RISKY } from './reload-rules.ts';

type Json = ParamChange['from'];

/** Parameter sets by the first part of their keys. */
export type ParamSets = Readonly<Record<'worker' | 'quant', object>>;

/** What a reload would do; with anything refused it does nothing. */
export interface ReloadPlan {
  readonly applied: readonly ParamChange[];
  readonly refused: readonly RefusedChange[];
  readonly unchanged: number;
}

/** What differs between the parameters in force and those of the files, key by key, and what of it may change now. */
export function planReload(inForce: ParamSets, wanted: ParamSets): ReloadPlan {
  const [before, after] = [leavesOf(inForce), leavesOf(wanted)];
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  const changed = keys
    .map((key): ParamChange => ({ key, from: before.get(key) ?? null, to: after.get(key) ?? null }))
    .filter(({ from, to }) => canonicalJson(from) !== canonicalJson(to));
  const refused = changed.flatMap((change) => refusalOf(change) ?? []);
  const applied = changed.filter(({ key }) => !refused.some((each) => each.key === key));
  return { applied, refused, unchanged: keys.length - changed.length };
}

/** Values by their dotted keys; a list is one value. */
function leavesOf(value: object, prefix = ''): ReadonlyMap<string, Json> {
  const leaves = new Map<string, Json>();
  for (const [name, each] of Object.entries(value) as [string, Json][]) {
    const isBranch = typeof each === 'object' && each !== null && !Array.isArray(each);
    if (isBranch) for (const [key, leaf] of leavesOf(each, `${prefix}${name}.`)) leaves.set(key, leaf);
    else leaves.set(`${prefix}${name}`, each);
  }
  return leaves;
}

function refusalOf(change: ParamChange): RefusedChange | undefined {
  const { key, from, to } = change;
  const rule: ReloadRule | undefined = Object.hasOwn(RELOADABLE, key) ? RELOADABLE[key] : undefined;
  if (rule === undefined) {
    if (!RISKY.some((beginning) => key.startsWith(beginning))) {
      return { ...change, needs: 'restart', reason: 'is read once, when the worker starts' };
    }
    return { ...change, needs: 'approval', reason: 'decides what a number means: approve it, then restart the worker' };
  }
  if (rule === 'any' || (typeof from === 'number' && typeof to === 'number' && (rule === 'lower' ? to < from : to > from)))
    return undefined;
  const way = rule === 'lower' ? 'raised' : 'lowered';
  return {
    ...change,
    needs: 'approval',
    reason: `loosens a limit, which is never ${way} in a running worker: approve it, then restart`,
  };
}
