import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type ReadFile, readRecordedFile } from '#shared/adapters/venues/read-recorded-file.ts';
import { EXIT } from '#shared/core/error-catalogue.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { ConnectionReport, RecordingFault } from '#shared/market/recording/verify/connection-report.ts';
import { type RecordedConnection, recordedConnections } from '#shared/market/recording/verify/recorded-connections.ts';
import {
  feedOfConnection,
  feedOfFrames,
  type RecordedFeedName,
  recordedFeed,
} from '#shared/market/recording/verify/recorded-feeds.ts';
import { verifyConnection } from '#shared/market/recording/verify/verify-connection.ts';
import type { CommandContext } from '../command.ts';
import type { CommandResult } from '../outcome.ts';
import { startProgress } from '../progress.ts';
import { textTable } from '../text-table.ts';

export interface FeedsVerifyOptions {
  /** What the frames are of, where they do not tell. */
  readonly feed: RecordedFeedName | undefined;
}

/** A verified connection under its name. */
type Verified = ConnectionReport & { readonly connection: string; readonly files: readonly string[] };

/** Faults of one connection that are told in words; JSON has all. */
const MOST_TOLD = 5;

/** Reads recordings with the code that follows live books and says what they prove; exit 1 when anything in them is wrong. */
export async function feedsVerify(
  { terminal, signal }: CommandContext,
  { feed }: FeedsVerifyOptions,
  paths: readonly string[],
): Promise<CommandResult> {
  const files = paths.flatMap(recordingsIn).map(readRecordedFile);
  const connections = recordedConnections(files);
  const progress = startProgress(terminal, 'verifying');
  const reports: Verified[] = [];
  const nameless: RecordingFault[] = [];
  for (const [index, connection] of connections.entries()) {
    signal.throwIfAborted();
    if (connections.length > 1) progress.update(index, connections.length, connection.name);
    const report = verified(connection, feed);
    if ('reason' in report) nameless.push(report);
    else reports.push(report);
    await new Promise((resolve) => setImmediate(resolve));
  }
  progress.stop();
  const faults = [...files.flatMap(fileFaults), ...nameless, ...reports.flatMap((report) => report.faults)];
  const isEmpty = reports.every(({ frames }) => frames === 0);
  if (isEmpty && nameless.length === 0) faults.push(emptyFault(paths));
  const notes = files.filter(({ isCut }) => isCut).map(({ file }) => `${file} is cut off; what is before that was verified`);
  for (const note of notes) terminal.note(note);
  const exit = faults.length === 0 ? EXIT.ok : EXIT.refused;
  if (exit !== EXIT.ok && !terminal.json) terminal.out(reportsText(reports));
  const hasBooks = reports.some(({ instruments }) => instruments.length > 0);
  const whole = hasBooks ? 'everything verifies' : 'every frame can be read; none of them is of a book';
  const good = notes.length === 0 ? whole : `${whole}, up to where ${notes.length} of the files are cut off`;
  const text = exit === EXIT.ok ? `${reportsText(reports)}\n${good}` : faultsText(faults);
  return { exit, json: { ok: exit === EXIT.ok, connections: reports, notes, faults }, text };
}

/** The fault of a connection of ours whose name was damaged; the file of another recorder that tells nothing is refused. */
function verified(
  { name, isOurs, files, lines }: RecordedConnection,
  feed: RecordedFeedName | undefined,
): Verified | RecordingFault {
  const frames = lines.flatMap(({ kind, data }) => (kind === 'recv' ? [data] : []));
  const found = feed ?? (isOurs ? feedOfConnection(name, frames) : undefined) ?? feedOfFrames(frames);
  const common = { connection: name, files };
  if (found !== undefined) return { ...common, ...verifyConnection(lines, recordedFeed(found)) };
  const first = lines.find(({ kind }) => kind === 'recv' || kind === 'unreadable') ?? lines[0]!;
  const detail = `no frame of ${name} says which venue it is of; name it with --feed`;
  const { file, line } = first;
  if (isOurs) return { file, line, symbol: '', reason: 'unreadable', detail };
  throw new LivepoolError('INPUT_INVALID', 'terminal', `${file}:${line}: ${detail}`, { path: file });
}

/** A folder stands for the recordings in it. */
function recordingsIn(path: string): readonly string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ndjson.gz'));
  // What the quant engine heard is another kind of recording.
  return names
    .filter((name) => !/(?:^|\/)quant-[^/]*$/.test(name))
    .toSorted()
    .map((name) => join(path, name));
}

function fileFaults({ file, isIndexed }: ReadFile): readonly RecordingFault[] {
  if (isIndexed !== false) return [];
  return [{ file, line: 0, symbol: '', reason: 'index', detail: 'the file is not the one that the index beside it describes' }];
}

function emptyFault(paths: readonly string[]): RecordingFault {
  return { file: paths.join(', '), line: 0, symbol: '', reason: 'unreadable', detail: 'no frame of a venue was found' };
}

function reportsText(reports: readonly Verified[]): string {
  const tables = reports.map((report) => {
    const { connection, feed, frames, bookFrames, messages, unproven, instruments, faults } = report;
    const more = unproven === 0 ? '' : `, ${unproven} unproven behind a gap`;
    const head = `${connection}\n  ${feed}: ${frames} frames, ${bookFrames} of books, ${messages} others${more}; ${faults.length} faults`;
    const rows = instruments.map((each) => [
      `  ${each.symbol}`,
      String(each.updates),
      String(each.snapshots),
      String(each.checksums),
      String(each.gaps),
      String(each.crossed),
      PROOFS[each.proof],
      each.state,
    ]);
    const names = ['  instrument', 'updates', 'snapshots', 'checksums', 'gaps', 'crossed', 'proven by', 'at the end'];
    return rows.length === 0 ? head : `${head}\n${textTable(names, rows)}`;
  });
  return tables.join('\n\n');
}

const PROOFS = { book: 'its book', numbers: 'numbers only', none: 'nothing' } as const;

function faultsText(faults: readonly RecordingFault[]): string {
  const told = faults.slice(0, MOST_TOLD).map(({ file, line, symbol, reason, detail }) => {
    return `${file}:${line}: ${symbol === '' ? '' : `${symbol} `}${reason}: ${detail}`;
  });
  const rest = faults.length > MOST_TOLD ? [`… and ${faults.length - MOST_TOLD} more; --json tells all`] : [];
  return [...told, ...rest].join('\n');
}
