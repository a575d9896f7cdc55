import type { FileBytes } from '../../contracts/artifact-files.ts';
import type { StageName } from '../../contracts/names.ts';
import type { RunRecord } from '../../contracts/run-record.ts';
import type { StageManifest } from '../../contracts/stage-manifest.ts';
import type { Refusal, Result } from '../../core/result.ts';
import type { DocumentStore } from '../../ports/document-store.ts';
import type { EventBus } from '../../ports/event-bus.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { ReleaseLayout } from '../../release/layout.ts';

/** What every stage of the chain needs. */
export interface StageDeps {
  /** Holds raw/ and staging/. */
  readonly objects: ObjectStore;
  /** Database of run records. */
  readonly runs: DocumentStore;
  readonly bus: EventBus;
  readonly layout: ReleaseLayout;
}

/** The request that a stage serves. */
export interface StageContext {
  /** Names the chain in logs; travels in every message. */
  readonly trace: string;
  /** Aborted when the time of the request is nearly spent; its reason is what the stage throws. */
  readonly signal?: AbortSignal | undefined;
}

/** How a stage ended. Nothing here is an error: transient failures are thrown, and cured by the same message once more. */
export type StageOutcome =
  | { readonly kind: 'done' | 'duplicate'; readonly manifestSha256: string }
  /** The message came before the stage that it needs; nothing was written. */
  | { readonly kind: 'not_ready'; readonly refusal: Refusal }
  /** An operator's hold ended the run; no object was written. Lifted, the same run goes on. */
  | { readonly kind: 'held'; readonly refusal: Refusal }
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] }
  /** A newer release was offered meanwhile. */
  | { readonly kind: 'superseded'; readonly refusal: Refusal };

/** A verified stage before this one: its manifest and the bytes of every file in it. */
export interface StageInput {
  readonly runKey: string;
  readonly record: RunRecord;
  readonly manifest: StageManifest;
  readonly files: FileBytes;
}

/** What a stage leaves behind. */
export interface StageOutput {
  /** New files, in the order in which they are written. */
  readonly files: FileBytes;
  /** Files of the stage before that the next one needs as well; they are named again, not written again. */
  readonly carried?: readonly string[];
  readonly facts: StageManifest['facts'];
}

/** One stage that turns the files of the stage before into files of its own. */
export interface FileStage {
  readonly name: 'score' | 'build';
  readonly after: StageName;
  /** Pure in its input, so that a run that is done again leaves the same bytes. A refusal ends the run for good. */
  readonly compute: (input: StageInput) => Promise<Result<StageOutput, readonly Refusal[]>>;
}
