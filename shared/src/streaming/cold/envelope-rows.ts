import type { z } from 'zod';
import { BASIS, DERIVS, FUNDING, MICRO_1S, OPEN_INTEREST, TRADES } from '../../cold/market-tables.ts';
import { quarantineRow, type RejectedRow } from '../../cold/rejected-row.ts';
import { OHLCV_1H, OHLCV_1M, QUARANTINE } from '../../cold/tables.ts';
import type { EventEnvelope } from '../../contracts/market-events/event-envelope.ts';
import type { EnvelopeType, StreamEnvelope } from '../../contracts/stream-envelope.ts';
import { STREAM_PAYLOADS } from '../../contracts/stream-payloads.ts';
import type { TableSchema } from '../../contracts/table-schema.ts';
import { msOfNs, parseInstantNs } from '../../core/instant-ns.ts';
import { fromUtf8 } from '../../core/text-bytes.ts';
import type { ColdRow, ColdValue } from '../../ports/cold-store.ts';

/** A row with the table it belongs to. */
export interface TableRow {
  readonly schema: TableSchema;
  readonly row: ColdRow;
}

type Payload<T extends EnvelopeType> = z.infer<(typeof STREAM_PAYLOADS)[T]>;

/** The first columns of a row. */
interface RowName {
  readonly ts: number;
  readonly symbol: string;
  readonly venue: string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/**
 * Rows of the cold tier that an envelope holds. A payload of another shape, and a value whose source failed a sanity check, become
 * a row of `quarantine`, dated by when they reached us (data platform spec §6).
 */
export function envelopeRows(envelope: StreamEnvelope): readonly TableRow[] {
  const { type } = envelope.attributes;
  const payload = payloadOf(envelope);
  if (payload === undefined) return [rejected(envelope, 'payload_shape', fromUtf8(envelope.payload) ?? '')];
  switch (type as EnvelopeType) {
    case 'micro_sample':
      return [microRow(envelope, payload as Payload<'micro_sample'>)];
    case 'trades':
      return tradeRows(envelope, payload as Payload<'trades'>);
    case 'bar':
      return [barRow(envelope, payload as Payload<'bar'>)];
    case 'kline':
      return klineRows(envelope, payload as Payload<'kline'>);
    case 'mark':
    case 'basis':
    case 'funding':
    case 'funding_settled':
    case 'open_interest':
    case 'long_short':
    case 'liquidation':
    case 'liquidation_stats':
    case 'taker_volume':
      return derivativeRows(envelope, payload as DerivativePayload);
    case 'data_quality':
      return qualityRows(envelope, payload as Payload<'data_quality'>);
  }
}

type DerivativePayload = Payload<Exclude<EnvelopeType, 'micro_sample' | 'trades' | 'bar' | 'kline' | 'data_quality'>>;

function payloadOf({ attributes, payload }: StreamEnvelope): unknown {
  const schema: z.ZodType | undefined = Object.hasOwn(STREAM_PAYLOADS, attributes.type)
    ? STREAM_PAYLOADS[attributes.type as EnvelopeType]
    : undefined;
  try {
    const parsed = schema?.safeParse(JSON.parse(fromUtf8(payload) ?? ''));
    return parsed?.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function microRow(envelope: StreamEnvelope, { sample }: Payload<'micro_sample'>): TableRow {
  const { ts, book_state, ...numbers } = sample;
  return { schema: MICRO_1S, row: { ...nameOf(envelope, ts), ...numbers, book_state, available_at: ts } };
}

function tradeRows(envelope: StreamEnvelope, { events }: Payload<'trades'>): readonly TableRow[] {
  return events.flatMap((event, index): TableRow[] => {
    if (event.type !== 'trade') return [];
    if (event.quality !== 'live') return [notLive(envelope, event)];
    const { side, price, qty, unit } = event;
    // A venue without ids: the place in the envelope is the same whenever the envelope comes.
    const trade_id = event.trade_id === '' ? `${envelope.checksum.slice(0, 16)}.${index}` : event.trade_id;
    return [
      { schema: TRADES, row: { ...nameOf(envelope, event.ts_event), trade_id, side, price, qty, unit, ...available(event) } },
    ];
  });
}

function barRow(envelope: StreamEnvelope, bar: Payload<'bar'>): TableRow {
  if (bar.quality !== undefined) return notLive(envelope, bar);
  const { ts, open, high, low, close, volume, quote_volume, trades, available_at } = bar;
  const { symbol, venue } = nameOf(envelope, ts);
  return { schema: OHLCV_1M, row: { ts, symbol, open, high, low, close, volume, venue, quote_volume, trades, available_at } };
}

/** Bars of a venue, of the lengths that have a table and in base units; others are carried and not stored. */
function klineRows(envelope: StreamEnvelope, kline: Payload<'kline'>): readonly TableRow[] {
  const schema = kline.interval_ms === MINUTE_MS ? OHLCV_1M : kline.interval_ms === HOUR_MS ? OHLCV_1H : undefined;
  if (schema === undefined || kline.unit !== 'base') return [];
  if (kline.quality !== 'live') return [notLive(envelope, kline)];
  const { ts_event: ts, open, high, low, close, volume, quote_volume } = kline;
  const { symbol, venue } = nameOf(envelope, ts);
  const prices = { open, high, low, close };
  return [{ schema, row: { ts, symbol, ...prices, volume, venue, quote_volume, trades: null, ...available(kline) } }];
}

function derivativeRows(envelope: StreamEnvelope, event: DerivativePayload): readonly TableRow[] {
  if (event.quality === 'suspect') return [notLive(envelope, event)];
  const name = nameOf(envelope, event.ts_event);
  const last = { quality: event.quality, ...available(event) };
  const derivs = (metric: string, value: ColdValue, detail = '', unit: string = event.unit): TableRow => {
    return { schema: DERIVS, row: { ...name, metric, detail, value, unit, ...last } };
  };
  switch (event.type) {
    case 'funding': {
      const { rate, unit, interval_ms, predicted_rate, next_settlement } = event;
      return [{ schema: FUNDING, row: { ...name, rate, unit, interval_ms, predicted_rate, next_settlement, ...last } }];
    }
    case 'open_interest': {
      const { amount, unit, sides, mark_price } = event;
      return [{ schema: OPEN_INTEREST, row: { ...name, amount, unit, sides, mark_price, ...last } }];
    }
    case 'basis': {
      const { mark_price, spot_price, spot_instrument } = event;
      return [{ schema: BASIS, row: { ...name, mark_price, spot_price, spot_instrument, ...last } }];
    }
    case 'mark':
      return [derivs('mark_price', event.mark_price), derivs('index_price', event.index_price)];
    case 'funding_settled':
      return [derivs('funding_settled', event.rate)];
    case 'long_short': {
      const { population, ratio, longs, shorts } = event;
      const sides = { ratio, longs, shorts };
      return Object.entries(sides).map(([side, value]) =>
        derivs(`long_short_${population}`, value, side, side === 'ratio' ? 'ratio' : 'count'),
      );
    }
    case 'liquidation': {
      const { liquidated, price, qty } = event;
      return [derivs(`liquidation_${liquidated}`, qty, `${price}x${qty}`)];
    }
    case 'liquidation_stats': {
      const { window_ms, long_usd, short_usd } = event;
      return [derivs('liquidated_long', long_usd, String(window_ms)), derivs('liquidated_short', short_usd, String(window_ms))];
    }
    case 'taker_volume': {
      const { window_ms, window_end, buy, sell } = event;
      const detail = `${window_ms} to ${window_end}`;
      return [derivs('taker_buy', buy, detail), derivs('taker_sell', sell, detail)];
    }
  }
}

/** Pairs that are not believed any more, or are again, and records that no payload could hold; verdicts are told, not stored. */
function qualityRows(envelope: StreamEnvelope, message: Payload<'data_quality'>): readonly TableRow[] {
  const { table, kind, checks } = message;
  switch (kind) {
    case 'verdict':
      return [];
    case 'refusal':
      return [rejected(envelope, checks.join(','), message.text, table, message.field)];
    case 'quarantine':
      return [rejected(envelope, `pair_${message.state}`, JSON.stringify(message), table)];
  }
}

/** Why nobody may take a record for live: what its validation found, else what its source said. */
function notLive(
  envelope: StreamEnvelope,
  record: { readonly quality?: string | undefined; readonly reasons?: readonly string[] | undefined },
): TableRow {
  return rejected(envelope, record.reasons?.join(',') ?? `quality_${record.quality}`, JSON.stringify(record));
}

function nameOf({ symbol, source }: StreamEnvelope, ts: number): RowName {
  return { ts, symbol, venue: source };
}

/** A venue's clock may be a little ahead of ours; no row is available before its time. */
function available({ ts_event, available_at }: EventEnvelope): { readonly available_at: number } {
  return { available_at: Math.max(available_at, ts_event) };
}

function rejected(
  envelope: StreamEnvelope,
  reason: string,
  text: string,
  table = envelope.attributes.type,
  field: string | null = null,
): TableRow {
  const { symbol, source: venue, attributes } = envelope;
  const rejection: RejectedRow = { table, symbol, venue, reason, field, text };
  return { schema: QUARANTINE, row: quarantineRow(rejection, msOfNs(parseInstantNs(attributes.recv_ts) ?? envelope.tsNs)) };
}
