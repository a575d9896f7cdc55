import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { z } from 'zod';
import { type Timeframe, timeframeNames } from '../../contracts/quant-params.ts';
import {
  type BiasLabel,
  biasLabels,
  type MetricValue,
  type QuantFeatureRow,
  type QuantSummaryRow,
} from '../../contracts/quant-rows.ts';
import { LivepoolError } from '../../core/errors.ts';
import { SCORE_INPUTS } from '../confluence.ts';
import { ENGINE_VERSION, type QuantTick } from '../engine.ts';
import { orNull } from '../finite.ts';
import { QUALITIES } from '../quality.ts';
import { FLAGS } from '../tick-frame.ts';
import { type FeatureSlot, featureSlots } from './metric-values.ts';

const COLUMNS = 4;
const FLAG_NAMES = Object.entries(FLAGS);

/** What the numbers of blocks of one symbol are; stored once, as JSON, under its digest. */
const layoutSchema = z.strictObject({
  schema: z.literal('quant_features/1'),
  symbol: z.string(),
  params_hash: z.string(),
  engine_version: z.string(),
  timeframes: z.array(timeframeNames),
  inputs: z.array(z.string()),
  instruments: z.array(z.strictObject({ instrument: z.string(), venue: z.string() })),
  /** Per value: metric, unit, place of the instrument or −1, place of the timeframe or −1. */
  values: z.array(z.tuple([z.string(), z.string(), z.number(), z.number()])),
});

export type FeatureLayout = z.infer<typeof layoutSchema>;

interface TimeframePart {
  readonly bias: BiasLabel;
  readonly coverage: number;
  readonly contributions: readonly (number | null)[];
  readonly inputs_hash: string;
}

interface BlockHead {
  readonly warming: boolean;
  readonly timeframes: readonly TimeframePart[];
}

/** The layout of a symbol's blocks. */
export function featureLayout(tick: QuantTick, index: number): FeatureLayout {
  const { symbol, seats } = tick.symbols[index]!;
  return {
    schema: 'quant_features/1',
    symbol,
    params_hash: tick.paramsHash,
    engine_version: ENGINE_VERSION,
    timeframes: [...tick.params.timeframes],
    inputs: [...SCORE_INPUTS],
    instruments: seats.map(({ id, venue }) => ({ instrument: id, venue })),
    values: featureSlots(tick, index).map(({ metric, place, timeframe }) => [metric.id, metric.unit, place, timeframe]),
  };
}

/** Every metric of a symbol at a tick in all timeframes, packed: columns of numbers behind a short JSON head, compressed. */
export function encodeFeatures(
  tick: QuantTick,
  index: number,
  slots: readonly FeatureSlot[],
  summary: readonly QuantSummaryRow[],
): Uint8Array {
  const head = Buffer.from(JSON.stringify(headOf(tick, index, summary)));
  const size = slots.length;
  const numbers = new Float64Array(COLUMNS * size);
  const small = new Uint32Array(size);
  const bytes = new Uint8Array(2 * size);
  for (let i = 0; i < size; i++) {
    const { slot } = slots[i]!;
    const from = tick.frame.provenance(slot);
    numbers[i] = tick.frame.value(slot);
    numbers[size + i] = from.tsEvent;
    numbers[2 * size + i] = from.tsRecv;
    numbers[3 * size + i] = from.availableAt;
    small[i] = tick.frame.members(slot);
    bytes[i] = tick.frame.quality(slot);
    bytes[size + i] = tick.frame.flags(slot);
  }
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  return zstdCompressSync(Buffer.concat([length, head, Buffer.from(numbers.buffer), Buffer.from(small.buffer), bytes]));
}

/**
 * The feature row of one timeframe out of a block, or only its `metrics`; DOCUMENT_UNREADABLE for bytes that are none, undefined without
 * the timeframe.
 */
export function decodeFeatures(
  block: { readonly tickTs: number; readonly revision: number; readonly bytes: Uint8Array },
  layout: FeatureLayout,
  timeframe: Timeframe,
  metrics?: ReadonlySet<string>,
): QuantFeatureRow | undefined {
  const at = layout.timeframes.indexOf(timeframe);
  if (at < 0) return undefined;
  const { head, values } = unpack(block.bytes, layout);
  const part = head.timeframes[at]!;
  return {
    tick_ts: block.tickTs,
    symbol: layout.symbol,
    timeframe,
    revision: block.revision,
    metrics: layout.values.flatMap(([metric, , , own], i) => {
      return (own === -1 || own === at) && metrics?.has(metric) !== false ? [values(i)] : [];
    }),
    contributions: Object.fromEntries(layout.inputs.map((name, input) => [name, part.contributions[input] ?? null])),
    coverage: part.coverage,
    bias: part.bias,
    warming: head.warming,
    inputs_hash: part.inputs_hash,
    params_hash: layout.params_hash,
    engine_version: layout.engine_version,
  };
}

/** A stored layout text; DOCUMENT_UNREADABLE when it is none. */
export function parseFeatureLayout(text: string): FeatureLayout {
  try {
    return layoutSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw unreadable('a layout of stored quant features', cause);
  }
}

function headOf(tick: QuantTick, index: number, summary: readonly QuantSummaryRow[]): BlockHead {
  const { scores, params, warming } = tick;
  const timeframes = params.timeframes.map((_, at) => {
    const row = index * params.timeframes.length + at;
    return {
      bias: scores.biases[row]!,
      coverage: scores.coverage(row),
      contributions: SCORE_INPUTS.map((_input, input) => orNull(scores.contribution(row, input))),
      inputs_hash: summary[row]!.inputs_hash,
    };
  });
  return { warming, timeframes };
}

function unpack(packed: Uint8Array, layout: FeatureLayout) {
  const { values: definitions, instruments } = layout;
  const size = definitions.length;
  const data = unpacked(packed);
  const headLength = data.length < 4 ? 0 : data.readUInt32LE(0);
  const body = 4 + headLength;
  if (data.length !== body + size * (8 * COLUMNS + 4 + 2)) throw unreadable('a block of stored quant features', undefined);
  const head = headSchema.parse(JSON.parse(data.toString('utf8', 4, body)));
  const columns = new DataView(data.buffer, data.byteOffset + body, size * (8 * COLUMNS + 4));
  const small = body + size * (8 * COLUMNS + 4);
  const number = (column: number, i: number): number => columns.getFloat64(8 * (column * size + i), true);
  const values = (i: number): MetricValue => {
    const [metric, unit, place] = definitions[i]!;
    const members = columns.getUint32(8 * COLUMNS * size + 4 * i, true);
    const where = instruments[place];
    const among = instruments.filter((_, at) => (members >>> at) & 1);
    return {
      metric,
      venue: where?.venue ?? null,
      instrument: where?.instrument ?? null,
      value: orNull(number(0, i)),
      unit,
      ts_event: timeOf(number(1, i)),
      ts_recv: timeOf(number(2, i)),
      available_at: timeOf(number(3, i)),
      quality: QUALITIES[data[small + i]!]!,
      venues: where === undefined ? [...new Set(among.map(({ venue }) => venue))].sort() : [where.venue],
      flags: FLAG_NAMES.filter(([, bit]) => (data[small + size + i]! & bit) !== 0).map(([name]) => name),
    };
  };
  return { head, values };
}

const headSchema = z.object({
  warming: z.boolean(),
  timeframes: z.array(
    z.object({
      bias: biasLabels,
      coverage: z.number(),
      contributions: z.array(z.number().nullable()),
      inputs_hash: z.string(),
    }),
  ),
});

function unpacked(packed: Uint8Array): Buffer {
  try {
    return zstdDecompressSync(packed);
  } catch (cause) {
    throw unreadable('a block of stored quant features', cause);
  }
}

function timeOf(ms: number): number | null {
  return ms < 0 ? null : ms;
}

function unreadable(what: string, cause: unknown): LivepoolError {
  return new LivepoolError('DOCUMENT_UNREADABLE', 'terminal', `${what} cannot be read; restore the store from a copy`, {}, cause);
}
