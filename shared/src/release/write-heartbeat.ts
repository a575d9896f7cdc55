import type { FileBytes } from '../contracts/artifact-files.ts';
import type { SwitchAction } from '../contracts/switch-statement.ts';
import { ABSENT, type ObjectStore } from '../ports/object-store.ts';
import { decodeRelease } from './decode-release.ts';
import { heartbeatDocument } from './heartbeat.ts';
import { prettyJsonBytes } from './json-text.ts';
import { contentTypeOf, heartbeatObject, type ReleaseLayout } from './layout.ts';

/** Where an act runs, for the heartbeat. */
export interface WorkflowRun {
  readonly id: string;
  readonly url: string;
}

/** A committed act and the sealed bytes that it made current. */
export interface HeartbeatAct {
  readonly files: FileBytes;
  readonly action: SwitchAction;
  readonly publishSeq: number;
  readonly workflow?: WorkflowRun | undefined;
}

/**
 * Writes `monthly/<version>.json`, unless this act or a later one on the same version did: whoever comes after a commit may repeat
 * it (release spec §11). Answers whether it was missing.
 */
export async function writeHeartbeat(
  { objects, layout }: { readonly objects: ObjectStore; readonly layout: ReleaseLayout },
  { files, action, publishSeq, workflow }: HeartbeatAct,
): Promise<boolean> {
  const name = heartbeatObject(layout, decodeRelease(files).pool.version);
  const document = heartbeatDocument(files, {
    layout,
    workflowRunId: workflow?.id ?? null,
    workflowRunUrl: workflow?.url ?? null,
    act: { publishSeq, action },
  });
  for (;;) {
    const found = await objects.stat(name);
    if (Number(found?.metadata.publish_seq ?? 0) >= publishSeq) return false;
    const outcome = await objects.put(name, prettyJsonBytes(document), {
      ifGenerationMatch: found?.generation ?? ABSENT,
      contentType: contentTypeOf(name),
      metadata: { publish_seq: String(publishSeq) },
    });
    if (outcome.written) return true;
  }
}
