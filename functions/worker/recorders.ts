import { folderQuantRecorder } from '#shared/adapters/fs/quant-recording.ts';
import { FolderFrameRecorder } from '#shared/adapters/venues/folder-frame-recorder.ts';
import type { WorkerConfig } from './config.ts';
import type { WorkerIdentity } from './identity.ts';

/** What keeps raw frames, and what the engine heard, where a folder is named. */
export function recorders(config: WorkerConfig, { version, instanceId, venueProfile }: WorkerIdentity) {
  const { PIPELINE_RECORD_FOLDER: folder } = config;
  if (folder === undefined) return { frames: null, ticks: null };
  const header = { software: version, policy_profile: venueProfile };
  return {
    frames: new FolderFrameRecorder({ folder, run: instanceId, header }),
    ticks: folderQuantRecorder({ folder, run: instanceId }),
  };
}
