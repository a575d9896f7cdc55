import { sha256Hex } from '../../../core/sha256.ts';
import { isFilled, member, shown, textOf } from '../json-fields.ts';
import type { JsonDocument, ReleaseWorld } from '../release-world.ts';
import type { Violation } from '../rule.ts';
import type { BuildFacts, StrictOptions } from '../validation-options.ts';
import { poolSymbolsOf } from './pool-agreement.ts';

const SHA256 = /^[0-9a-f]{64}$/;
const EXPLAIN = 'explain.json';

/** V30: the parameters may be published and are the stated ones; the source revision is a commit. */
export function paramsArePublishable({ manifest }: ReleaseWorld, { params }: StrictOptions): readonly Violation[] {
  if (manifest === undefined) return [];
  const { file, root } = manifest;
  const violations: Violation[] = [...inputsForm(manifest)];
  if (params?.publishable === false)
    violations.push({ file, path: 'params_id', message: 'this parameter set is not publishable' });
  const stated = textOf(member(root, 'params_sha256'));
  if (params !== undefined && stated !== params.sha256) {
    violations.push({
      file,
      path: 'params_sha256',
      message: `${shown(stated)} is stated, the parameter file has ${params.sha256}`,
    });
  }
  const identity = member(root, 'runtime_evidence_identity');
  const revision = textOf(member(identity, 'source_revision'));
  if (identity !== undefined && !/^[0-9a-f]{40}$/.test(revision ?? '')) {
    violations.push({
      file,
      path: 'runtime_evidence_identity.source_revision',
      message: `${shown(revision)} is no commit of 40 hex digits`,
    });
  }
  return violations;
}

/** Which keys the block has is V23; here what its values are. */
function inputsForm({ file, root }: JsonDocument): readonly Violation[] {
  const id = member(root, 'params_id');
  const digests = ['params_sha256', 'data_digest', 'evidence_sha256'].filter((field) => {
    const digest = member(root, field);
    return digest !== undefined && !SHA256.test(textOf(digest) ?? '');
  });
  return [
    ...(id === undefined || isFilled(id) ? [] : [{ file, path: 'params_id', message: 'must be a text that is not blank' }]),
    ...digests.map((path) => ({ file, path, message: 'must be 64 lower-case hex digits' })),
  ];
}

/** V31: our trees, fitted on enough rows, and an explanation that is the stated one and counts the same symbols. */
export function runIsAccountedFor(world: ReleaseWorld, { run }: StrictOptions): readonly Violation[] {
  if (run === undefined) return [];
  const { backend, trainRows, minTrainRows, explain } = run;
  const violations: Violation[] = [];
  const add = (path: string, message: string): number => violations.push({ file: EXPLAIN, path, message });
  if (backend !== 'hist_gbt') add('backend', `${shown(backend)} where "hist_gbt" is needed`);
  if (trainRows < minTrainRows) add('train_rows', `${trainRows} training rows, at least ${minTrainRows} are needed`);
  const stated = textOf(member(world.manifest?.root, 'evidence_sha256'));
  if (stated !== sha256Hex(explain)) add('', `the manifest states ${shown(stated)}, the bytes have ${sha256Hex(explain)}`);
  return [...violations, ...countViolations(world, run)];
}

function countViolations(
  { pool, ranking }: ReleaseWorld,
  { explainCounts }: NonNullable<BuildFacts['run']>,
): readonly Violation[] {
  const { selected, ranked, excluded, total } = explainCounts;
  const size = pool && poolSymbolsOf(pool).length;
  const rows = ranking?.lines.length;
  const violations: Violation[] = [];
  const add = (path: string, message: string): number => violations.push({ file: EXPLAIN, path, message });
  if (size !== undefined && selected !== size)
    add('selected', `${selected} selected symbols are explained, the pool has ${size}`);
  if (rows !== undefined && selected + ranked !== rows)
    add('ranked', `${selected + ranked} ranked symbols are explained, the ranking has ${rows}`);
  if (selected + ranked + excluded !== total)
    add('excluded', `${selected} + ${ranked} + ${excluded} symbols do not add up to ${total}`);
  return violations;
}
