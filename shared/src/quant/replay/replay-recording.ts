import { createHash } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import { type RecordingHead, type RecordingLine, recordingLineSchema } from '../../contracts/quant-recording.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import { LivepoolError } from '../../core/errors.ts';
import { QuantEngine } from '../engine.ts';
import { QuantRows } from '../rows/quant-rows.ts';
import { engineKey } from '../service/engine-key.ts';
import { stateOfBytes } from '../service/state-pages.ts';
import { rollingHash } from '../service/tick-commit.ts';
import type { QuantUniverse } from '../universe.ts';

export interface ReplayInput {
  /** Lines of one recording, in its order. */
  readonly lines: Iterable<string>;
  /** Ticks after this one are left out. */
  readonly untilTs?: number;
  /** Gets the `quant_summary` export as it grows: one canonical JSON row a line. */
  readonly onRows?: (text: string) => void;
}

export interface ReplayResult {
  readonly ticks: number;
  readonly events: number;
  readonly rows: number;
  /** Null without a tick. */
  readonly firstTickTs: number | null;
  readonly lastTickTs: number | null;
  /** SHA-256 of the whole export. */
  readonly exportSha256: string;
  /** Rolling hash over all ticks, on from that of the recording's beginning. */
  readonly rollingHash: string;
  /** First tick at which the recorded hash is another one; null when all agree. */
  readonly differsAt: number | null;
  /** Lines that the recorder lost: the replay ends before them. */
  readonly lostLines: number;
}

/**
 * Runs a recording of the engine's input again: the same lines give the same bytes (quant spec §6, Determinism). Fails with
 * INPUT_INVALID for what is no recording, QUANT_STATE_FOREIGN for one of a program whose memory was laid out otherwise.
 */
export function replayRecording({ lines, untilTs = Number.POSITIVE_INFINITY, onRows }: ReplayInput): ReplayResult {
  const digest = createHash('sha256');
  const rows = new QuantRows();
  let run: { readonly engine: QuantEngine; hash: string } | null = null;
  const result = { ticks: 0, events: 0, rows: 0, firstTickTs: null as number | null, lastTickTs: null as number | null };
  let differsAt: number | null = null;
  let lostLines = 0;
  let number = 0;
  for (const text of lines) {
    number += 1;
    const line = parseLine(text, number);
    if (run === null) {
      if (line.t !== 'head') throw invalid(number, 'does not begin with a head');
      run = begin(line);
    } else if (line.t === 'event') {
      run.engine.onEvent(line.event);
      result.events += 1;
    } else if (line.t === 'early') {
      run.engine.onEarlyEvent(line.event);
      result.events += 1;
    } else if (line.t === 'tick') {
      if (line.tick_ts > untilTs) break;
      const summary = rows.summary(run.engine.tick(line.tick_ts));
      run.hash = rollingHash(run.hash, summary);
      const exported = summary.map((row) => `${canonicalJson(row)}\n`).join('');
      digest.update(exported);
      onRows?.(exported);
      result.ticks += 1;
      result.rows += summary.length;
      result.firstTickTs ??= line.tick_ts;
      result.lastTickTs = line.tick_ts;
      if (run.hash !== line.commit_id) differsAt ??= line.tick_ts;
    } else if (line.t === 'gap') {
      lostLines = line.lost;
      break;
    } else throw invalid(number, 'has a second head');
  }
  if (run === null) throw invalid(number, 'is empty');
  return { ...result, exportSha256: digest.digest('hex'), rollingHash: run.hash, differsAt, lostLines };
}

function begin(head: RecordingHead): { readonly engine: QuantEngine; hash: string } {
  const universe: QuantUniverse = { symbols: head.symbols, stablecoins: head.stablecoins };
  const engine = new QuantEngine(universe, head.params);
  if (head.state !== null) {
    if (engineKey(universe, engine) !== head.engine_key) {
      const message = `the recording begins with the memory of ${head.engine_version}, which this program lays out otherwise`;
      throw new LivepoolError('QUANT_STATE_FOREIGN', 'terminal', `${message}; replay it with the program that made it`);
    }
    engine.restore(stateOfBytes(zstdDecompressSync(Buffer.from(head.state, 'base64'))));
  }
  return { engine, hash: head.commit_id };
}

function parseLine(text: string, number: number): RecordingLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid(number, 'is no JSON');
  }
  const parsed = recordingLineSchema.safeParse(value);
  if (!parsed.success) throw invalid(number, `is no line of a recording: ${parsed.error.issues[0]?.message ?? ''}`);
  return parsed.data;
}

function invalid(number: number, what: string): LivepoolError {
  const message = `line ${number} of the recording ${what}; give a file that the worker wrote (quant-*.ndjson.gz)`;
  return new LivepoolError('INPUT_INVALID', 'terminal', message, { line: number });
}
