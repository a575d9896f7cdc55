import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { readQuantRecording } from '#shared/adapters/fs/quant-recording.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { type ReplayResult, replayRecording } from '#shared/quant/replay/replay-recording.ts';
import type { CommandContext } from '../command.ts';
import { type CommandResult, refuse, succeed } from '../outcome.ts';
import { textTable } from '../text-table.ts';

export interface QuantReplayOptions {
  /** Only the hash, one line a recording. */
  readonly hash: boolean;
  /** Last tick, ms; absent = all. */
  readonly until: number | undefined;
  /** File for the `quant_summary` rows. */
  readonly output: string | undefined;
}

/** Runs recordings of the engine's input again and compares with what the worker committed then. */
export async function quantReplay(
  { terminal }: CommandContext,
  { hash, until, output }: QuantReplayOptions,
  paths: readonly string[],
): Promise<CommandResult> {
  const exported: string[] = [];
  const onRows = output === undefined ? undefined : (text: string): void => void exported.push(text);
  const replays = paths.map((path) => {
    const lines = readQuantRecording(path);
    const input = { lines, ...(until === undefined ? {} : { untilTs: until }), ...(onRows === undefined ? {} : { onRows }) };
    return { recording: basename(path), ...replayRecording(input) };
  });
  if (output !== undefined) writeExport(output, exported);
  for (const { recording, lostLines } of replays) {
    if (lostLines > 0) terminal.note(`${recording}: the recorder lost ${lostLines} lines; the replay ends before them`);
  }
  const differing = replays.filter(({ differsAt }) => differsAt !== null);
  if (differing.length > 0) return refuse(differing.map(differenceOf));
  return succeed({ ok: true, replays }, hash ? hashText(replays) : replayText(replays));
}

type Replay = ReplayResult & { readonly recording: string };

function differenceOf({ recording, differsAt, rollingHash }: Replay) {
  const at = new Date(differsAt ?? 0).toISOString();
  const message = `${recording} says something else from the tick of ${at} on than the worker committed; was it made by another program?`;
  return { code: 'REPLAY_DIFFERS', message, details: { rolling_hash: rollingHash } };
}

function hashText(replays: readonly Replay[]): string {
  return replays.map(({ rollingHash, recording }) => `${rollingHash}  ${recording}`).join('\n');
}

function replayText(replays: readonly Replay[]): string {
  const rows = replays.map(({ recording, ticks, events, firstTickTs, lastTickTs, exportSha256, rollingHash }) => [
    recording,
    String(ticks),
    String(events),
    firstTickTs === null ? '–' : new Date(firstTickTs).toISOString(),
    lastTickTs === null ? '–' : new Date(lastTickTs).toISOString(),
    exportSha256,
    rollingHash,
  ]);
  const head = ['recording', 'ticks', 'events', 'first tick', 'last tick', 'sha256 of quant_summary', 'rolling hash'];
  return `${textTable(head, rows)}\nevery tick says what the worker committed`;
}

function writeExport(path: string, parts: readonly string[]): void {
  try {
    writeFileSync(path, parts.join(''));
  } catch (cause) {
    throw new LivepoolError(
      'OUTPUT_NOT_WRITABLE',
      'terminal',
      `${path} cannot be written; choose another place`,
      { path },
      cause,
    );
  }
}
