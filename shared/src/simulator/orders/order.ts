import type { SideName } from '../live/limit-book.ts';
import type { TradedInstrument } from '../live/traded-instrument.ts';
import type { GuestOrder } from './guest-orders.ts';

export type OrderStatus = 'open' | 'closed' | 'canceled' | 'expired';

/** What a client asks for. Prices and sizes in whole units of the instrument. */
export interface OrderRequest {
  readonly account: string;
  readonly instrument: TradedInstrument;
  readonly side: 'buy' | 'sell';
  /** Null for a market order. */
  readonly price: number | null;
  readonly size: number;
  /** Refused rather than a taker. */
  readonly postOnly: boolean;
  /** What does not trade at once is cancelled. */
  readonly immediate: boolean;
  readonly clientId: string | null;
  readonly userRef: number;
  /** Refused when it is matched later than this, µs; null without. */
  readonly deadlineUs: number | null;
}

/** One execution of an order. */
export interface Execution {
  readonly id: string;
  readonly order: SimOrder;
  /** The public trade's number. */
  readonly tradeNumber: number;
  /** In units of the instrument. */
  readonly size: number;
  /** Amounts of 10^−12. */
  readonly price: bigint;
  readonly cost: bigint;
  readonly fee: bigint;
  readonly isMaker: boolean;
  readonly atUs: number;
}

/** An order of a client, as the venue knows it. */
export class SimOrder implements GuestOrder {
  readonly id: string;
  readonly request: OrderRequest;
  readonly openUs: number;
  status: OrderStatus = 'open';
  /** Why it ended, in the venue's words. */
  reason: string | null = null;
  closeUs: number | null = null;
  price: number;
  size: number;
  filled = 0;
  cost = 0n;
  fee = 0n;
  /** What the wallet still keeps back for it, of the quote (buy) or the base (sell). */
  held = 0n;
  readonly executions: Execution[] = [];

  constructor(id: string, request: OrderRequest, openUs: number) {
    this.id = id;
    this.request = request;
    this.openUs = openUs;
    this.price = request.price ?? 0;
    this.size = request.size;
  }

  get side(): SideName {
    return this.request.side === 'buy' ? 'bid' : 'ask';
  }

  get left(): number {
    return this.size - this.filled;
  }
}

/** Why an order was not accepted. */
export type OrderRefusal =
  | 'insufficient_funds'
  | 'minimum'
  | 'post_only'
  | 'duplicate_client_id'
  | 'deadline'
  | 'closed_market'
  | 'empty_book';

/** What happened to an order, in the order in which it happened. */
export interface OrderEvent {
  readonly kind: 'new' | 'trade' | 'filled' | 'canceled' | 'expired' | 'amended';
  readonly order: SimOrder;
  readonly execution: Execution | null;
  readonly atUs: number;
}
