import type { JsonNode } from '../../../core/json-tree.ts';
import { canonicalText, member } from '../json-fields.ts';
import type { JsonDocument, ReleaseWorld } from '../release-world.ts';
import type { Violation } from '../rule.ts';

/** V16: a plan manifest says of the pool what the pool files say. */
export function planMatchesPool({ plan, pool, legacy }: ReleaseWorld): readonly Violation[] {
  if (plan === undefined || pool === undefined) return [];
  const payload = member(member(plan.root, 'firestore'), 'payload');
  const fields = ['mode', 'version', 'as_of_date'];
  return [
    ...fields.flatMap((field) => differs(plan, field, member(plan.root, field), member(pool.root, field))),
    ...(payload === undefined
      ? [{ file: plan.file, path: 'firestore.payload', message: 'the payload is missing' }]
      : payloadViolations(plan, payload, pool, legacy)),
  ];
}

function payloadViolations(
  plan: JsonDocument,
  payload: JsonNode,
  pool: JsonDocument,
  legacy: JsonDocument | undefined,
): readonly Violation[] {
  const fields = ['symbols', 'version', 'mode', 'as_of_date', 'pool_size', 'source_project'];
  const map = legacy
    ? differs(plan, 'firestore.payload.symbol_map', member(payload, 'symbol_map'), member(legacy.root, 'symbol_map'))
    : [];
  return [
    ...fields.flatMap((field) => differs(plan, `firestore.payload.${field}`, member(payload, field), member(pool.root, field))),
    ...map,
  ];
}

function differs(
  { file }: JsonDocument,
  path: string,
  found: JsonNode | undefined,
  wanted: JsonNode | undefined,
): readonly Violation[] {
  if (wanted === undefined || canonicalText(found) === canonicalText(wanted)) return [];
  return [{ file, path, message: `${canonicalText(found)} where the pool files say ${canonicalText(wanted)}` }];
}
