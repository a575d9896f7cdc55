import { join, relative, resolve } from 'node:path';
import { loadPoolParams } from '#shared/adapters/fs/pool-params-file.ts';
import { replaceFolder } from '#shared/adapters/fs/replace-folder.ts';
import { loadShadowTracks } from '#shared/adapters/fs/shadow-tracks-file.ts';
import { driveSteps } from '#shared/adapters/system/drive-steps.ts';
import { RELEASE_INDEX_FILE, TRACK_SUMMARY_FILE } from '#shared/contracts/shadow-release.ts';
import { candidateTrackFiles, trackFiles } from '#shared/shadow/history-files.ts';
import { type ShadowHistory, shadowHistory } from '#shared/shadow/shadow-history.ts';
import type { CommandContext } from '../command.ts';
import { type CommandResult, refuse, succeed } from '../outcome.ts';
import { startProgress } from '../progress.ts';
import { TRACKS_FOLDER } from '../shadow-folder.ts';
import { type ShadowSourceOptions, shadowSource } from '../shadow-source.ts';
import { textTable } from '../text-table.ts';

/** The baseline's history by itself, below `--out`. */
const RELEASES_FOLDER = 'shadow_releases';

export interface ShadowBuildOptions extends ShadowSourceOptions {
  readonly params: string;
  readonly tracks: string | undefined;
  readonly universe: string | undefined;
  readonly out: string;
}

/** The monthly pools of every month that can be scored, for every track; replaces the folders of an earlier build as a whole. */
export async function shadowBuild(context: CommandContext, options: ShadowBuildOptions): Promise<CommandResult> {
  const params = loadPoolParams(options.params);
  if (!params.ok) return refuse(params.error);
  const tracks = loadShadowTracks(options.tracks);
  if (!tracks.ok) return refuse(tracks.error);
  const asked = { ...tracks.value, universe_mode: options.universe ?? tracks.value.universe_mode };
  const source = await shadowSource(context, options, params.value, asked);
  if (!source.ok) return refuse([source.error]);
  const progress = startProgress(context.terminal, 'scoring');
  const history = await driveSteps(shadowHistory(source.value.input), context.signal, ({ done, total, testLast }) =>
    progress.update(done, total, `windows, to ${testLast}`),
  ).finally(() => progress.stop());
  if (!history.ok) return refuse(history.error);
  noteSkipped(context, history.value);
  const folders = writeHistory(options.out, history.value);
  const json = {
    ok: true,
    as_of: history.value.asOf,
    params_sha256: params.value.sha256,
    data_digest: source.value.dataDigest,
    panel: { dates: history.value.panelDates, rows: history.value.panelRows },
    tracks: history.value.tracks.map(({ track, releases, skippedDates }) => ({
      ...track,
      release_count: releases.length,
      first_as_of_date: releases[0]?.manifest.as_of_date ?? null,
      last_as_of_date: releases.at(-1)?.manifest.as_of_date ?? null,
      skipped_dates: skippedDates,
    })),
    windows: history.value.windows,
    folders,
  };
  return succeed(json, textOf(history.value, folders));
}

function noteSkipped({ terminal }: CommandContext, { windows }: ShadowHistory): void {
  for (const { target, testFirst, testLast, trainRows, state } of windows) {
    if (state === 'fitted') continue;
    terminal.note(`window ${testFirst} to ${testLast} of ${target} has only ${trainRows} training rows and scores nothing`);
  }
}

/** Tracks first; the history of the official baseline by itself beside them. */
function writeHistory(out: string, history: ShadowHistory): { readonly tracks: string; readonly releases: string | null } {
  const tracks = resolve(out, TRACKS_FOLDER);
  replaceFolder(tracks, candidateTrackFiles(history), TRACK_SUMMARY_FILE);
  const official = history.tracks.find(({ track }) => track.candidate_status === 'official_reference');
  if (official === undefined) return { tracks, releases: null };
  const releases = resolve(out, RELEASES_FOLDER);
  replaceFolder(releases, trackFiles(official), RELEASE_INDEX_FILE);
  return { tracks, releases };
}

function textOf(history: ShadowHistory, folders: { readonly tracks: string; readonly releases: string | null }): string {
  const rows = history.tracks.map(({ track, releases }) => {
    const last = releases.at(-1)?.manifest;
    return [
      track.track_id,
      String(releases.length),
      releases[0]?.manifest.as_of_date ?? '–',
      last?.as_of_date ?? '–',
      last?.symbols.join(' ') ?? '–',
    ];
  });
  const here = (folder: string): string => relative(process.cwd(), folder) || '.';
  return [
    textTable(['track', 'releases', 'first', 'last', 'last pool'], rows),
    '',
    `written to ${join(here(folders.tracks), TRACK_SUMMARY_FILE)}`,
    ...(folders.releases === null ? [] : [`       and ${join(here(folders.releases), RELEASE_INDEX_FILE)}`]),
  ].join('\n');
}
