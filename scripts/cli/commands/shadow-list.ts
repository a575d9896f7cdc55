import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { TRACK_SUMMARY_FILE } from '#shared/contracts/shadow-release.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { Refusal, Result } from '#shared/core/result.ts';
import { type ReleaseIndexRow, readReleaseIndex, readTrackSummary } from '#shared/shadow/read-tables.ts';
import type { CommandContext } from '../command.ts';
import { type CommandResult, succeed } from '../outcome.ts';
import { textTable } from '../text-table.ts';
import { TRACKS_FOLDER } from './shadow-build.ts';

export interface ShadowListOptions {
  readonly out: string;
  readonly track: string | undefined;
}

/** The tracks of the last build; with `--track` its releases, one line a month. */
export async function shadowList(_context: CommandContext, { out, track }: ShadowListOptions): Promise<CommandResult> {
  const summaryFile = resolve(out, TRACKS_FOLDER, TRACK_SUMMARY_FILE);
  const tracks = orThrow(readTrackSummary(read(summaryFile), summaryFile));
  if (track === undefined) {
    const rows = tracks.map((row) => [
      row.track_id,
      row.candidate_status,
      row.target_mode,
      String(row.release_count),
      row.first_as_of_date,
      row.last_as_of_date,
    ]);
    return succeed({ ok: true, tracks }, textTable(['track', 'status', 'target', 'releases', 'first', 'last'], rows));
  }
  const found = tracks.find(({ track_id: id }) => id === track);
  if (found === undefined) {
    const known = tracks.map(({ track_id: id }) => id).join(', ');
    throw new LivepoolError('INPUT_INVALID', 'terminal', `there is no track ${track}; there are ${known}`, { track });
  }
  const indexFile = join(dirname(summaryFile), found.release_index_path);
  const releases = orThrow(readReleaseIndex(read(indexFile), indexFile));
  return succeed({ ok: true, track: found, releases }, releasesText(releases));
}

function releasesText(releases: readonly ReleaseIndexRow[]): string {
  const rows = releases.map((row) => [
    row.as_of_date,
    row.activation_date,
    row.regime,
    row.pool_churn === null ? '–' : row.pool_churn.toFixed(2),
    row.symbols.join(' '),
  ]);
  return textTable(['as of', 'acts from', 'regime', 'churn', 'pool'], rows);
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
