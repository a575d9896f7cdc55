import type { LiveMarket } from '../../live/live-market.ts';
import type { TradedInstrument } from '../../live/traded-instrument.ts';
import { parseAmount, unitsOf } from '../../orders/amount.ts';
import type { OrderRefusal, OrderRequest, SimOrder } from '../../orders/order.ts';

/** Fields of a request, as form or JSON gave them. */
export type Fields = Readonly<Record<string, unknown>>;

/** Refusals in the venue's words. */
export const REFUSAL_TEXT: Readonly<Record<OrderRefusal, string>> = {
  insufficient_funds: 'EOrder:Insufficient funds',
  minimum: 'EOrder:Order minimum not met',
  post_only: 'EOrder:Post only order',
  duplicate_client_id: 'EOrder:Duplicate cl_ord_id',
  deadline: 'EOrder:Deadline elapsed',
  closed_market: 'EService:Market in cancel_only mode',
  empty_book: 'EOrder:Insufficient liquidity',
};

const MOST_CLIENT_ID = 36;
/** Deadlines may lie so far ahead. */
const MOST_DEADLINE_MS = 60_000;

/** A body as form or JSON; undefined when it is neither. */
export function fieldsOf(body: string): Fields | undefined {
  if (!body.startsWith('{')) return Object.fromEntries(new URLSearchParams(body));
  try {
    return JSON.parse(body) as Fields;
  } catch {
    return undefined;
  }
}

export function textField(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
}

/** The order that fields describe, or the venue's error. `pair` of a batch comes with the batch. */
export function orderOf(market: LiveMarket, account: string, fields: Fields, nowMs: number): OrderRequest | string {
  const instrument = market.find('kraken_spot', textField(fields, 'pair') ?? '');
  if (instrument === undefined) return 'EQuery:Unknown asset pair';
  const [side, kind] = [textField(fields, 'type'), textField(fields, 'ordertype')];
  if ((side !== 'buy' && side !== 'sell') || (kind !== 'limit' && kind !== 'market'))
    return 'EGeneral:Invalid arguments:ordertype';
  const { sizeDigits } = instrument.spec;
  const size = unitsField(fields, 'volume', sizeDigits);
  if (size === undefined) return 'EGeneral:Invalid arguments:volume';
  const price = kind === 'market' ? null : priceField(fields, 'price', instrument);
  if (price === undefined) return 'EOrder:Invalid price';
  const clientId = textField(fields, 'cl_ord_id') ?? null;
  if (clientId !== null && (clientId === '' || clientId.length > MOST_CLIENT_ID)) return 'EGeneral:Invalid arguments:cl_ord_id';
  const deadlineUs = deadlineOf(fields, nowMs);
  if (deadlineUs === undefined) return 'EGeneral:Invalid arguments:deadline';
  return {
    account,
    instrument,
    side,
    price,
    size,
    postOnly: (textField(fields, 'oflags') ?? '').split(',').includes('post'),
    immediate: textField(fields, 'timeinforce')?.toUpperCase() === 'IOC',
    clientId,
    userRef: Number(textField(fields, 'userref') ?? 0) || 0,
    deadlineUs,
  };
}

/** What fields change in an open order; `size` is undefined where they do not name one. */
export interface OrderChange {
  readonly size: number | undefined;
  readonly price: number;
  readonly deadlineUs: number | null;
}

/** The change that fields describe, or the venue's error. */
export function changeOf(
  order: SimOrder,
  fields: Fields,
  names: { readonly size: string; readonly price: string },
  nowMs: number,
): OrderChange | string {
  const { instrument } = order.request;
  const size = fields[names.size] === undefined ? null : unitsField(fields, names.size, instrument.spec.sizeDigits);
  if (size === undefined) return `EGeneral:Invalid arguments:${names.size}`;
  const price = fields[names.price] === undefined ? order.price : priceField(fields, names.price, instrument);
  if (price === undefined) return 'EOrder:Invalid price';
  const deadlineUs = deadlineOf(fields, nowMs);
  if (deadlineUs === undefined) return 'EGeneral:Invalid arguments:deadline';
  return { size: size ?? undefined, price, deadlineUs };
}

/** A price in units, above 0 and a multiple of the tick size; undefined for any other. */
function priceField(fields: Fields, name: string, { spec }: TradedInstrument): number | undefined {
  const price = unitsField(fields, name, spec.priceDigits);
  return price === undefined || price === 0 || price % spec.tick !== 0 ? undefined : price;
}

/** A field in whole units of 10^−digits; undefined when it is absent or no such number. */
export function unitsField(fields: Fields, name: string, digits: number): number | undefined {
  const amount = parseAmount(textField(fields, name) ?? '');
  return amount === undefined ? undefined : unitsOf(amount, digits);
}

/** Null without one; undefined when it is no instant or too far ahead. */
function deadlineOf(fields: Fields, nowMs: number): number | null | undefined {
  const text = textField(fields, 'deadline');
  if (text === undefined) return null;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) || atMs > nowMs + MOST_DEADLINE_MS ? undefined : atMs * 1000;
}
