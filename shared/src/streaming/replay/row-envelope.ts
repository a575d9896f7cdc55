import { BASIS, FUNDING, MICRO_1S, OPEN_INTEREST, TRADES } from '../../cold/market-tables.ts';
import { OHLCV_1H, OHLCV_1M } from '../../cold/tables.ts';
import type { EnvelopeType, StreamEnvelope } from '../../contracts/stream-envelope.ts';
import type { TableSchema } from '../../contracts/table-schema.ts';
import { LivepoolError } from '../../core/errors.ts';
import { formatInstantNs, nsOfMs } from '../../core/instant-ns.ts';
import { utf8 } from '../../core/text-bytes.ts';
import type { Blake3 } from '../../ports/blake3.ts';
import type { ColdRow } from '../../ports/cold-store.ts';
import { sealEnvelope } from '../envelope/seal-envelope.ts';
import { instrumentOf } from '../instrument-source.ts';

/** Tables whose rows say all that an envelope of theirs says, with the length of a bar. */
const REPLAYED: ReadonlyMap<TableSchema, RowPayload> = new Map<TableSchema, RowPayload>([
  [MICRO_1S, microSample],
  [TRADES, trade],
  [OHLCV_1M, (row) => (row.trades === null || row.quote_volume === null ? kline(row, 60_000) : bar(row))],
  [OHLCV_1H, (row) => kline(row, 3_600_000)],
  [FUNDING, (row) => derivative(row, 'funding')],
  [OPEN_INTEREST, (row) => derivative(row, 'open_interest')],
  [BASIS, (row) => derivative(row, 'basis')],
]);

/** What an envelope carries for a row. */
type RowPayload = (row: ColdRow) => readonly [EnvelopeType, object];

/** Names of the tables that can be published. */
export const REPLAYED_TABLES: readonly string[] = [...REPLAYED.keys()].map(({ table }) => table);

export interface RowContext {
  readonly replayId: string;
  readonly region: string;
  /** Number among the envelopes of its source and symbol, from 1. */
  readonly seq: number;
}

/**
 * The envelope that a row of the cold tier came in, as far as the row tells, with `replay_id` (data platform spec §3): read again it
 * gives the same row. USAGE for a table whose rows are not whole messages; SCHEMA_MISMATCH for a row of no instrument.
 */
export function rowEnvelope(blake3: Blake3, schema: TableSchema, row: ColdRow, context: RowContext): StreamEnvelope {
  const payloadOf = REPLAYED.get(schema);
  if (payloadOf === undefined) {
    const message = `rows of ${schema.table} are not whole messages; ${REPLAYED_TABLES.join(', ')} can be published`;
    throw new LivepoolError('USAGE', 'terminal', message, { table: schema.table });
  }
  const [type, payload] = payloadOf(row);
  const attributes = {
    type,
    schema_id: `${type}.v1`,
    seq: context.seq,
    recv_ts: formatInstantNs(nsOfMs(Number(row.available_at))),
    region: context.region,
    lease_epoch: 0,
    replay_id: context.replayId,
  };
  const name = { source: String(row.venue), symbol: String(row.symbol) };
  return sealEnvelope(blake3, { tsNs: nsOfMs(Number(row.ts)), ...name, payload: utf8(JSON.stringify(payload)), attributes });
}

function microSample({ symbol: _symbol, venue: _venue, available_at: _available, ...sample }: ColdRow): ReturnType<RowPayload> {
  return ['micro_sample', { sample, tops: [] }];
}

function trade(row: ColdRow): ReturnType<RowPayload> {
  const { trade_id, side, price, qty, unit } = row;
  return ['trades', { events: [{ ...common(row), type: 'trade', unit, trade_id, price, qty, side }] }];
}

function bar(row: ColdRow): ReturnType<RowPayload> {
  const { symbol: _symbol, venue: _venue, ...numbers } = row;
  return ['bar', { interval_ms: 60_000, ...numbers }];
}

/** A venue's own bar says nothing of its prints. */
function kline(row: ColdRow, intervalMs: number): ReturnType<RowPayload> {
  const { open, high, low, close, volume, quote_volume } = row;
  const prices = { open, high, low, close, volume, quote_volume };
  return ['kline', { ...common(row), type: 'kline', unit: 'base', interval_ms: intervalMs, ...prices }];
}

function derivative(row: ColdRow, type: 'funding' | 'open_interest' | 'basis'): ReturnType<RowPayload> {
  const { ts: _ts, symbol: _symbol, venue: _venue, available_at: _available, quality, ...own } = row;
  const unit = type === 'basis' ? { unit: 'quote' } : {};
  return [type, { ...common(row), quality, type, ...unit, ...own }];
}

/** Fields that every market event has. Only live values are rows of these tables; when they reached us is when they were there. */
function common({ symbol, venue, ts, available_at }: ColdRow) {
  const instrument = instrumentOf({ source: String(venue), symbol: String(symbol) });
  if (instrument === undefined) {
    const message = `a row of ${String(symbol)} at ${String(venue)} names no instrument; such rows cannot be published`;
    throw new LivepoolError('SCHEMA_MISMATCH', 'terminal', message, { symbol: String(symbol), venue: String(venue) });
  }
  const name = { venue: instrument.slice(instrument.indexOf('@') + 1), instrument };
  return { ...name, ts_event: ts, ts_recv: available_at, available_at, quality: 'live', raw_ref: null };
}
