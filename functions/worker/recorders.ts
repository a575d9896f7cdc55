import { once } from 'node:events';
import { folderQuantRecorder } from '#shared/adapters/fs/quant-recording.ts';
import { FolderFrameRecorder } from '#shared/adapters/venues/folder-frame-recorder.ts';
import type { HealthFinding } from '#shared/contracts/health-finding.ts';
import type { Component } from '#shared/supervision/component.ts';
import type { WorkerConfig } from './config.ts';
import type { WorkerIdentity } from './identity.ts';

/** How long a lost line is told. */
const TELL_LOSS_MS = 60_000;

const LOSING: HealthFinding = { area: 'store', level: 'degraded', reason: 'frames_unavailable' };

/** What keeps raw frames, with the offset of our clock in every header, and what the engine heard, where a folder is named. */
export function recorders(config: WorkerConfig, identity: WorkerIdentity, clockOffsetMs: () => number | null) {
  const { PIPELINE_RECORD_FOLDER: folder } = config;
  if (folder === undefined) return { frames: null, ticks: null, components: [] };
  const run = identity.instanceId;
  const header = () => ({ ...recordHeader(identity), clock_offset_ms: clockOffsetMs() });
  const frames = new FolderFrameRecorder({ folder, run, header });
  return { frames, ticks: folderQuantRecorder({ folder, run }), components: [recorderComponent(frames)] };
}

/** What the header of every recording says (market data spec §9). */
export function recordHeader({ version, sourceRevision, venueProfile }: WorkerIdentity): Readonly<Record<string, string>> {
  return { software: version, source_revision: sourceRevision, policy_profile: venueProfile };
}

/** A recorder has nothing to run; as a component its counters are seen, and that the disk does not take what it keeps. */
function recorderComponent(recorder: FolderFrameRecorder): Component {
  return {
    name: 'frame_recorder',
    run: async (signal) => {
      if (!signal.aborted) await once(signal, 'abort');
    },
    health: (nowMs) => {
      const { lines, dropped, files, failures, lostMs } = recorder.counters;
      const isLosing = recorder.isStalled || (lostMs !== null && nowMs - lostMs < TELL_LOSS_MS);
      const measured = { lines_total: lines, dropped_lines_total: dropped, files_total: files, failed_files_total: failures };
      return { progressMs: null, measured, findings: isLosing ? [LOSING] : [] };
    },
  };
}
