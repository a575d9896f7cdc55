import { LivepoolError } from '#shared/core/errors.ts';
import type { ReleaseIndexRow, TrackSummaryRow } from '#shared/shadow/read-tables.ts';
import type { CommandContext } from '../command.ts';
import { type CommandResult, succeed } from '../outcome.ts';
import { readShadowFolder } from '../shadow-folder.ts';
import { textTable } from '../text-table.ts';

export interface ShadowListOptions {
  readonly out: string;
  readonly track: string | undefined;
}

/** The tracks of the last build; with `--track` its releases, one line a month. */
export async function shadowList(_context: CommandContext, { out, track }: ShadowListOptions): Promise<CommandResult> {
  const { tracks, releases } = readShadowFolder(out);
  if (track === undefined) return succeed({ ok: true, tracks }, tracksText(tracks));
  const found = tracks.find(({ track_id: id }) => id === track);
  if (found === undefined) {
    const known = tracks.map(({ track_id: id }) => id).join(', ');
    throw new LivepoolError('INPUT_INVALID', 'terminal', `there is no track ${track}; there are ${known}`, { track });
  }
  const rows = releases.get(track) ?? [];
  return succeed({ ok: true, track: found, releases: rows }, releasesText(rows));
}

function tracksText(tracks: readonly TrackSummaryRow[]): string {
  const rows = tracks.map((row) => [
    row.track_id,
    row.candidate_status,
    row.target_mode,
    String(row.release_count),
    row.first_as_of_date,
    row.last_as_of_date,
  ]);
  return textTable(['track', 'status', 'target', 'releases', 'first', 'last'], rows);
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
