import { FrameRefused } from '../frame-syntax.ts';
import { asciiOf, walkFields } from './wire-fields.ts';

/** Span of a sub-message within the frame. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A level or print as text, as the venue writes it. */
export interface PriceQty {
  price: string;
  quantity: string;
}

export interface MexcDepth {
  fromVersion: string;
  toVersion: string;
  readonly bids: PriceQty[];
  readonly asks: PriceQty[];
}

export interface MexcDeal extends PriceQty {
  /** 1 = the taker bought, 2 = sold. */
  tradeType: number;
  time: number;
}

/** One `PushDataV3ApiWrapper`: what it is about, and its body where it is one that we read. */
export interface MexcPush {
  symbol: string;
  sendTime: number;
  body: { readonly kind: 'depth' | 'deals' | 'other'; readonly span: Span };
}

const CHANNEL_DEPTH = 313;
const CHANNEL_DEALS = 314;
const SYMBOL = 3;
const SEND_TIME = 6;
const NO_BODY = { kind: 'other', span: { from: 0, to: 0 } } as const;

/** The wrapper around every push of the spot stream (field numbers of the venue's published `.proto` files). */
export function readPush(bytes: Uint8Array, length: number): MexcPush {
  const push: MexcPush = { symbol: '', sendTime: -1, body: NO_BODY };
  walkFields(bytes, 0, length, (field, number, from, to) => {
    if (field === SYMBOL) push.symbol = asciiOf(bytes, from, to);
    else if (field === SEND_TIME) push.sendTime = number;
    else if (field === CHANNEL_DEPTH) push.body = { kind: 'depth', span: { from, to } };
    else if (field === CHANNEL_DEALS) push.body = { kind: 'deals', span: { from, to } };
  });
  if (push.symbol === '') throw new FrameRefused('shape', 'a push without symbol');
  return push;
}

/** `PublicAggreDepthsV3Api`: asks 1, bids 2, fromVersion 4, toVersion 5. */
export function readDepth(bytes: Uint8Array, { from: start, to: end }: Span): MexcDepth {
  const depth: MexcDepth = { fromVersion: '', toVersion: '', bids: [], asks: [] };
  walkFields(bytes, start, end, (field, _number, from, to) => {
    if (field === 1) depth.asks.push(readLevel(bytes, { from, to }));
    else if (field === 2) depth.bids.push(readLevel(bytes, { from, to }));
    else if (field === 4) depth.fromVersion = asciiOf(bytes, from, to);
    else if (field === 5) depth.toVersion = asciiOf(bytes, from, to);
  });
  return depth;
}

/** `PublicAggreDealsV3Api`: deals 1. */
export function readDeals(bytes: Uint8Array, { from: start, to: end }: Span): readonly MexcDeal[] {
  const deals: MexcDeal[] = [];
  walkFields(bytes, start, end, (field, _number, from, to) => {
    if (field === 1) deals.push(readDeal(bytes, { from, to }));
  });
  return deals;
}

function readLevel(bytes: Uint8Array, { from: start, to: end }: Span): PriceQty {
  const level = { price: '', quantity: '' };
  walkFields(bytes, start, end, (field, _number, from, to) => {
    if (field === 1) level.price = asciiOf(bytes, from, to);
    else if (field === 2) level.quantity = asciiOf(bytes, from, to);
  });
  return level;
}

function readDeal(bytes: Uint8Array, { from: start, to: end }: Span): MexcDeal {
  const deal = { price: '', quantity: '', tradeType: 0, time: -1 };
  walkFields(bytes, start, end, (field, number, from, to) => {
    if (field === 1) deal.price = asciiOf(bytes, from, to);
    else if (field === 2) deal.quantity = asciiOf(bytes, from, to);
    else if (field === 3) deal.tradeType = number;
    else if (field === 4) deal.time = number;
  });
  return deal;
}
