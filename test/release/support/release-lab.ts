import { memoryDocumentStore } from '#shared/adapters/memory/document-store.ts';
import { inProcessEventBus } from '#shared/adapters/memory/event-bus.ts';
import { memoryObjectStore } from '#shared/adapters/memory/object-store.ts';
import { repeatableRandom } from '#shared/adapters/memory/random.ts';
import { memorySigner } from '#shared/adapters/memory/signer.ts';
import type { FileBytes } from '#shared/contracts/artifact-files.ts';
import { releaseNamespace } from '#shared/contracts/names.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
import { utf8 } from '#shared/core/text-bytes.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Signer } from '#shared/ports/signer.ts';
import type { Approval } from '#shared/release/act-request.ts';
import { releaseLayout } from '#shared/release/layout.ts';
import type { PublishInput } from '#shared/release/publish/publish.ts';
import type { ReleaseDeps } from '#shared/release/release-deps.ts';
import { EMBEDDED_POLICY, type ReleasePolicy } from '#shared/release/release-policy.ts';
import type { TrustedKey } from '#shared/release/statements.ts';
import { filesOf, sampleContext, sampleDecision, sampleWeights } from './sample-a.ts';

/** The present of every release test: the three versions below are 35, 20 and 2 days old. */
export const LAB_NOW_MS = Date.parse('2026-04-02T03:15:00Z');

export const V1 = '2026-02-26-core_major';
export const V2 = '2026-03-13-core_major';
export const V3 = '2026-03-31-core_major';

/** RFC 8032 §7.1 TEST 1 and TEST 2. */
const SEED_ONE = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const SEED_TWO = '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb';
export const signerOne = memorySigner(SEED_ONE);
export const signerTwo = memorySigner(SEED_TWO);

export const trust = (signer: Signer): TrustedKey => ({
  keyId: signer.keyId,
  alg: signer.alg,
  publicKeyDer: signer.publicKeyDer,
});

export const approval: Approval = { reason: 'bad data', requestedBy: 'ada', approvedBy: 'bob' };

/** A valid tiny build. `twist` reorders the ranking, so that another twist of one version has other
 * bytes in every ranked file; `fresh` renames the first so many members. */
export function build(
  version: string,
  options: { readonly twist?: number; readonly hour?: number; readonly fresh?: number } = {},
): {
  readonly files: FileBytes;
  readonly evidence: FileBytes;
  readonly pins: PublishInput['pins'];
} {
  const { twist = 0, hour = 3, fresh = 0 } = options;
  const asOfDate = version.slice(0, 10);
  const explain = utf8(`{"version": "${version}", "twist": ${twist}}`);
  const generatedAt = `2026-04-02T0${hour}:00:00+00:00`;
  const names = rotated(
    sampleDecision.members.map(({ symbol, baseAsset }) => ({ symbol, baseAsset })),
    twist,
  );
  const members = sampleDecision.members.map((member, index) => ({
    ...member,
    ...(index < fresh ? newcomer(index) : names[index]!),
  }));
  const decision = {
    ...sampleDecision,
    asOfDate,
    universe: members.map(({ symbol }) => symbol).sort(),
    members,
  };
  const context = { ...sampleContext, version, generatedAt, evidenceSha256: sha256Hex(explain) };
  const pins = {
    logical_time: generatedAt,
    as_of: asOfDate,
    inputs: [],
    params_id: context.params.id,
    params_sha256: context.params.sha256,
    source_revision: context.sourceRevision,
    seed: 1,
  };
  const evidence = new Map([
    ['explain.json', explain],
    ['run_manifest.json', utf8(`{"generated_at": "${generatedAt}"}`)],
  ]);
  return { files: filesOf(decision, context), evidence, pins };
}

function newcomer(index: number): { readonly symbol: string; readonly baseAsset: string } {
  const baseAsset = `NEW${index}`;
  return { symbol: `${baseAsset}USDT`, baseAsset };
}

function rotated<T>(items: readonly T[], by: number): readonly T[] {
  return [...items.slice(by % items.length), ...items.slice(0, by % items.length)];
}

/** What `publish` takes for a version; the run key names version and run. */
export function publishInput(
  version: string,
  options: Parameters<typeof build>[1] & { readonly run?: string } = {},
): PublishInput {
  return {
    runKey: `manual:${version}.${options.run ?? 'a'}`,
    ...build(version, options),
    validation: { profile: 'strict', referenceDate: version.slice(0, 10), regimeWeights: sampleWeights },
  };
}

/** Time that passes only while somebody sleeps, and then at once. */
export function restlessClock(startMs: number = LAB_NOW_MS): Clock & { advance(ms: number): void } {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms;
    },
    advance: (ms) => {
      nowMs += ms;
    },
  };
}

/** The durable part of a world: what survives every crash. */
export interface Stores {
  readonly objects: ObjectStore;
  readonly documents: DocumentStore;
}

export function memoryStores(): Stores {
  return { objects: memoryObjectStore(), documents: memoryDocumentStore() };
}

/** Deps of a fresh process over given stores. */
export function depsOver(
  stores: Stores,
  options: {
    readonly clock?: Clock;
    readonly signer?: Signer;
    readonly policy?: Partial<ReleasePolicy>;
    readonly keys?: readonly Signer[];
  } = {},
): ReleaseDeps {
  const clock = options.clock ?? restlessClock();
  const signer = options.signer ?? signerOne;
  return {
    objects: stores.objects,
    documents: stores.documents,
    runs: stores.documents,
    signer,
    clock,
    random: repeatableRandom('release-lab'),
    bus: inProcessEventBus({ clock }),
    layout: releaseLayout({ baseUri: 'gs://bucket' }),
    namespace: releaseNamespace('dev'),
    trustedKeys: (options.keys ?? [signerOne]).map(trust),
    policy: { ...EMBEDDED_POLICY, ...options.policy },
  };
}
