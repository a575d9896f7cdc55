import { folderQuantRecorder } from '#shared/adapters/fs/quant-recording.ts';
import { FolderFrameRecorder } from '#shared/adapters/venues/folder-frame-recorder.ts';
import type { WorkerConfig } from './config.ts';
import type { WorkerIdentity } from './identity.ts';

/** What keeps raw frames, and what the engine heard, where a folder is named. */
export function recorders(config: WorkerConfig, identity: WorkerIdentity) {
  const { PIPELINE_RECORD_FOLDER: folder } = config;
  if (folder === undefined) return { frames: null, ticks: null };
  const run = identity.instanceId;
  return {
    frames: new FolderFrameRecorder({ folder, run, header: recordHeader(identity) }),
    ticks: folderQuantRecorder({ folder, run }),
  };
}

/** What the header of every recording says (market data spec §9). */
export function recordHeader({ version, venueProfile }: WorkerIdentity): Readonly<Record<string, string>> {
  return { software: version, policy_profile: venueProfile };
}
