import { expect } from 'vitest';
import { RELEASE_FILES } from '#shared/contracts/artifact-files.ts';
import { DOCUMENT_PATHS } from '#shared/contracts/names.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
import { currentObject } from '#shared/release/layout.ts';
import { publish } from '#shared/release/publish/publish.ts';
import type { CallRecord } from '../../faults/fault-wire.ts';
import { CrashError, type Fault, faultWire } from '../../faults/fault-wire.ts';
import { copyStores } from './copy-stores.ts';
import { processDeps, recordCalls } from './crash-sweep.ts';
import { build, depsOver, LAB_NOW_MS, memoryStores, publishInput, restlessClock, type Stores } from './release-lab.ts';
import { SCENARIOS } from './scenarios.ts';

export const head = (stores: Stores) => stores.documents.get(DOCUMENT_PATHS.head);
export const summary = (stores: Stores) => stores.documents.get(DOCUMENT_PATHS.summary);
export const log = async (stores: Stores) => (await stores.documents.list('log')).map(({ data }) => data.publish_seq);
export const mirrorIs = async (stores: Stores, version: string, twist = 0) => {
  const { layout } = depsOver(stores);
  const { files } = build(version, { twist });
  for (const file of RELEASE_FILES) {
    const stored = await stores.objects.get(currentObject(layout, file));
    if (stored === null || sha256Hex(stored.bytes) !== sha256Hex(files.get(file)!)) return false;
  }
  return true;
};

export async function world(...versions: readonly string[]): Promise<Stores> {
  const stores = memoryStores();
  for (const [twist, version] of versions.entries()) await publish(depsOver(stores), publishInput(version, { twist }));
  return stores;
}

/** Publishes V2 over V1 and dies at the first call that `at` names, before it or with it applied. */
export async function dieAt(at: (call: CallRecord, earlier: readonly CallRecord[]) => boolean, effect: Fault['effect'] = 'none') {
  const scenario = SCENARIOS[1]!;
  const past = memoryStores();
  await scenario.prepare(depsOver(past));
  const calls = (await recordCalls(scenario, await copyStores(past))) as readonly CallRecord[];
  const call = calls.findIndex((record, index) => at(record, calls.slice(0, index)));
  expect(call).toBeGreaterThanOrEqual(0);
  const process = faultWire().process('doomed', [{ call, effect, outcome: 'crash' }]);
  await expect(scenario.act(processDeps(past, process))).rejects.toThrow(CrashError);
  return { stores: past, again: (deps = depsOver(past)) => scenario.act(deps) };
}

export const puts = (count: number, prefix: string) => (call: CallRecord, earlier: readonly CallRecord[]) =>
  isWriteBelow(prefix)(call) && earlier.filter(isWriteBelow(prefix)).length === count;
export const isWriteBelow = (prefix: string) => (call: CallRecord) => call.isWrite && call.target.includes(`/${prefix}/`);
export const commitOf = (nth: number, target: string) => (call: CallRecord, earlier: readonly CallRecord[]) =>
  isCommit(target)(call) && earlier.filter(isCommit(target)).length === nth;
export const isCommit = (target: string) => (call: CallRecord) => call.operation === 'commit' && call.target.startsWith(target);

/** A process that comes when every lease is out. */
export function later() {
  return { clock: restlessClock(LAB_NOW_MS + 301_000) };
}
