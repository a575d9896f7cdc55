import { type FileBytes, RELEASE_FILES } from '../contracts/artifact-files.ts';
import { DOCUMENT_PATHS } from '../contracts/names.ts';
import type { SwitchAction } from '../contracts/switch-statement.ts';
import { sha256Hex } from '../core/sha256.ts';
import { requireFile } from './digests.ts';
import {
  CURRENT_CACHE_CONTROL,
  contentTypeOf,
  currentObject,
  evidenceObject,
  heartbeatObject,
  objectUri,
  type ReleaseLayout,
  releaseObject,
} from './layout.ts';

/** Phases of release spec §6 that write something others can see. */
export type PlanPhase = 'RUN' | 'REQUEST' | 'STAGE' | 'SEAL' | 'ACQUIRE' | 'INTENT' | 'COPY' | 'COMMIT' | 'AFTER';

/** Condition under which a write happens; there is no unconditional one. */
export type PlanGuard = 'absent' | 'observed_generation' | 'epoch' | 'epoch_and_publish_seq' | 'repeatable';

/** One write of a publish, in the form that `pool plan` prints. */
export type PlannedWrite =
  | {
      readonly phase: PlanPhase;
      readonly op: 'create_object';
      readonly object: string;
      readonly uri: string;
      readonly guard: PlanGuard;
      readonly content_type: string;
      /** Null where the bytes exist only later: they hold a signature or a sequence number. */
      readonly size: number | null;
      readonly sha256: string | null;
    }
  | {
      readonly phase: PlanPhase;
      readonly op: 'copy_object';
      readonly source: string;
      readonly object: string;
      readonly uri: string;
      readonly guard: PlanGuard;
      readonly content_type: string;
      readonly cache_control: string;
      readonly sha256: string;
    }
  | {
      readonly phase: PlanPhase;
      readonly op: 'write_documents';
      readonly documents: readonly string[];
      readonly guard: PlanGuard;
    };

export interface PublishPlan {
  readonly action: SwitchAction;
  readonly version: string;
  readonly writes: readonly PlannedWrite[];
}

/** What every act is planned from. */
interface SwitchPlanInput {
  readonly layout: ReleaseLayout;
  /** Key of the run or request: `manual:<id>` or `<job>:<YYYYMMDDTHHMMSSZ>`. */
  readonly runKey: string;
  readonly version: string;
  readonly files: FileBytes;
}

/** What a plan is made of: the validated files and the evidence beside them. */
export interface PlanInput extends SwitchPlanInput {
  /** explain.json, universe_state.json, run_manifest.json. */
  readonly evidence: FileBytes;
  /** A second person's approval comes with it, and gets its audit row. */
  readonly isApproved: boolean;
}

/** Every write of a publish in order (release spec §6). A dry run prints exactly this and writes nothing. */
export function planPublish(input: PlanInput): PublishPlan {
  const run: PlannedWrite = {
    phase: 'RUN',
    op: 'write_documents',
    documents: [DOCUMENT_PATHS.run(input.runKey)],
    guard: 'repeatable',
  };
  const request = input.isApproved ? [auditRow(input)] : [];
  return {
    action: 'publish',
    version: input.version,
    writes: [
      run,
      ...planStage(input),
      ...planSeal(input),
      ...request,
      ...planSwitch(input, input.isApproved),
      { ...run, phase: 'AFTER' },
      ...planAfter(input),
    ],
  };
}

/** Every write of a rollback or restore to a version that is sealed already: the same switch with another target. */
export function planSwitchTo(action: 'rollback' | 'restore', input: SwitchPlanInput): PublishPlan {
  return { action, version: input.version, writes: [auditRow(input), ...planSwitch(input, true), ...planAfter(input)] };
}

/** What people asked for is written down before it has an effect. */
function auditRow({ runKey }: SwitchPlanInput): PlannedWrite {
  return { phase: 'REQUEST', op: 'write_documents', documents: [DOCUMENT_PATHS.request(runKey)], guard: 'absent' };
}

/** Evidence first, then the four data files, then the manifest that binds them. */
function planStage({ layout, version, files, evidence }: PlanInput): PlannedWrite[] {
  const kept = (['explain.json', 'universe_state.json', 'run_manifest.json'] as const).filter((name) => evidence.has(name));
  return [
    ...kept.map((name) => create(layout, 'STAGE', evidenceObject(layout, version, name), requireFile(evidence, name))),
    ...RELEASE_FILES.map((name) => create(layout, 'STAGE', releaseObject(layout, version, name), requireFile(files, name))),
  ];
}

function planSeal({ layout, version }: PlanInput): PlannedWrite[] {
  return [
    create(layout, 'SEAL', evidenceObject(layout, version, 'release.dsse.json'), null),
    { phase: 'SEAL', op: 'write_documents', documents: [DOCUMENT_PATHS.release(version)], guard: 'absent' },
  ];
}

function planSwitch({ layout, version, files, runKey }: SwitchPlanInput, isRequested: boolean): PlannedWrite[] {
  const request = isRequested ? [DOCUMENT_PATHS.request(runKey)] : [];
  return [
    { phase: 'ACQUIRE', op: 'write_documents', documents: [DOCUMENT_PATHS.head], guard: 'epoch' },
    { phase: 'INTENT', op: 'write_documents', documents: [...request, DOCUMENT_PATHS.head], guard: 'epoch' },
    ...RELEASE_FILES.map((name) => copyToCurrent(layout, version, name, requireFile(files, name))),
    {
      phase: 'COMMIT',
      op: 'write_documents',
      documents: [DOCUMENT_PATHS.summary, 'log/<publish_seq>', DOCUMENT_PATHS.head, ...request],
      guard: 'epoch_and_publish_seq',
    },
  ];
}

/** Heartbeat, and the auditor's copy of the act. */
function planAfter({ layout, version }: SwitchPlanInput): PlannedWrite[] {
  return [
    { ...create(layout, 'AFTER', heartbeatObject(layout, version), null), guard: 'repeatable' },
    create(layout, 'AFTER', `${layout.prefix}/log/<publish_seq>.dsse.json`, null),
  ];
}

function create(layout: ReleaseLayout, phase: PlanPhase, object: string, bytes: Uint8Array | null): PlannedWrite {
  return {
    phase,
    op: 'create_object',
    object,
    uri: objectUri(layout, object),
    guard: 'absent',
    content_type: contentTypeOf(object),
    size: bytes?.length ?? null,
    sha256: bytes === null ? null : sha256Hex(bytes),
  };
}

function copyToCurrent(
  layout: ReleaseLayout,
  version: string,
  file: (typeof RELEASE_FILES)[number],
  bytes: Uint8Array,
): PlannedWrite {
  const object = currentObject(layout, file);
  return {
    phase: 'COPY',
    op: 'copy_object',
    source: releaseObject(layout, version, file),
    object,
    uri: objectUri(layout, object),
    guard: 'observed_generation',
    content_type: contentTypeOf(file),
    cache_control: CURRENT_CACHE_CONTROL,
    sha256: sha256Hex(bytes),
  };
}
