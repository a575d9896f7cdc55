import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { TRACK_SUMMARY_FILE } from '#shared/contracts/shadow-release.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { Refusal, Result } from '#shared/core/result.ts';
import type { ShadowTables } from '#shared/reports/shadow-tables.ts';
import { readReleaseIndex, readTrackSummary } from '#shared/shadow/read-tables.ts';

/** Folder of the tracks below `--out`. */
export const TRACKS_FOLDER = 'shadow_candidate_tracks';

/** The tables that `livepool shadow build` left below a folder; INPUT_INVALID says how to make them. */
export function readShadowFolder(out: string): ShadowTables {
  const rootDir = resolve(out, TRACKS_FOLDER);
  const summaryPath = join(rootDir, TRACK_SUMMARY_FILE);
  const tracks = orThrow(readTrackSummary(read(summaryPath), summaryPath));
  const releases = tracks.map(({ track_id: id, release_index_path: path }) => {
    const file = join(dirname(summaryPath), path);
    return [id, orThrow(readReleaseIndex(read(file), file))] as const;
  });
  return { rootDir, summaryPath, tracks, releases: new Map(releases) };
}

function read(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const remedy = 'make the history with `livepool shadow build`, or name its folder with --out';
    throw new LivepoolError('INPUT_INVALID', 'terminal', `cannot read ${file}: ${reason}`, { file, remedy }, error);
  }
}

function orThrow<T>(table: Result<T, Refusal>): T {
  if (table.ok) return table.value;
  throw new LivepoolError('INPUT_INVALID', 'terminal', table.error.message, { remedy: 'build the history again' });
}
