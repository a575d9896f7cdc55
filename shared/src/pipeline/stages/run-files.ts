import { z } from 'zod';
import type { FileBytes } from '../../contracts/artifact-files.ts';
import { collectionReportSchema, instrumentSnapshotSchema } from '../../contracts/collection.ts';
import { decodeContract } from '../../contracts/decode.ts';
import type { CollectFacts } from '../../contracts/stage-facts.ts';
import { universeStateSchema } from '../../contracts/universe-state.ts';
import { type CalendarDay, formatDay } from '../../core/calendar-day.ts';
import { LivepoolError } from '../../core/errors.ts';
import { ok, type Refusal, type Result } from '../../core/result.ts';
import { sha256Hex } from '../../core/sha256.ts';
import { utf8 } from '../../core/text-bytes.ts';
import { sliceDays } from '../../market/select-rows.ts';
import type { InstrumentSnapshot } from '../../ports/candle-archive.ts';
import type { CandleCodec } from '../../ports/candle-codec.ts';
import { requireFile } from '../../release/digests.ts';
import type { RunInputs } from '../run-inputs.ts';

const INSTRUMENTS = 'instruments.json';
const COLLECTION = 'collection.json';
const PREVIOUS_STATE = 'previous_universe_state.json';

/** JSON between two stages: years of instrument lists fit. */
const MAX_JSON_BYTES = 256 * 1_048_576;

/** What a run is about, as far as its input files depend on it. */
export interface RunFilesFacts {
  readonly source: string;
  readonly asOf: CalendarDay;
  readonly logicalTimeMs: number;
}

/** Everything that a run decides from, frozen as files: later stages read nothing else, whatever becomes of the cold tier. */
export function encodeRunInputs(
  codec: CandleCodec,
  inputs: RunInputs,
  { source, asOf, logicalTimeMs }: RunFilesFacts,
): Result<FileBytes, readonly Refusal[]> {
  // Days after as_of decide nothing (pool spec §5 PT2), and a later collection must not change these bytes.
  const candles = inputs.candles
    .map((series) => sliceDays(series, Number.NEGATIVE_INFINITY, asOf))
    .filter(({ day }) => day.length > 0);
  if (candles.length === 0) {
    const message = `${source} has no candle up to ${formatDay(asOf)}; nothing can be decided`;
    return { ok: false, error: [{ code: 'coverage_low', message, details: { source, as_of: formatDay(asOf) } }] };
  }
  const files = new Map<string, Uint8Array>([
    [candleFile(codec), codec.encode(candles, { sourceId: source, availableAtMs: logicalTimeMs })],
    [INSTRUMENTS, jsonFile(inputs.snapshots.map(snapshotDocument))],
    [COLLECTION, jsonFile(inputs.collection)],
  ]);
  if (inputs.previous !== null) files.set(PREVIOUS_STATE, inputs.previous.bytes);
  return ok(files);
}

/** The inputs in the files of a verified collect stage; a file without its form is READBACK_MISMATCH. */
export async function decodeRunInputs(codec: CandleCodec, files: FileBytes, facts: CollectFacts): Promise<RunInputs> {
  const name = candleFile(codec);
  const snapshots = decoded(z.array(instrumentSnapshotSchema), files, INSTRUMENTS);
  return {
    candles: await codec.decode(requireFile(files, name), name, facts.source),
    snapshots: snapshots.map((stored) => ({
      sourceId: stored.source,
      fetchedAtMs: stored.fetched_at_ms,
      instruments: stored.instruments,
    })),
    collection: decoded(collectionReportSchema, files, COLLECTION),
    previous: facts.previous_state === null ? null : previousOf(files, facts.previous_state),
  };
}

/** Value of a stage's JSON file; READBACK_MISMATCH when the stage before left another form: its code is another version. */
export function decoded<T>(schema: z.ZodType<T>, files: FileBytes, name: string): T {
  const result = decodeContract(schema, requireFile(files, name), name, { maxBytes: MAX_JSON_BYTES });
  if (result.ok) return result.value;
  throw new LivepoolError('READBACK_MISMATCH', 'terminal', result.error.message, result.error.details);
}

/** Bytes of a JSON file between two stages; keys as they stand, so that the same value gives the same bytes. */
export function jsonFile(value: unknown): Uint8Array {
  return utf8(`${JSON.stringify(value)}\n`);
}

function previousOf(files: FileBytes, name: string): RunInputs['previous'] {
  const bytes = requireFile(files, PREVIOUS_STATE);
  return { state: decoded(universeStateSchema, files, PREVIOUS_STATE), bytes, input: { name, sha256: sha256Hex(bytes) } };
}

function snapshotDocument({ sourceId, fetchedAtMs, instruments }: InstrumentSnapshot) {
  return { schema: 'instrument_snapshot.v1', source: sourceId, fetched_at_ms: fetchedAtMs, instruments };
}

function candleFile({ extension }: CandleCodec): string {
  return `candles${extension}`;
}
