import { type SeededRandom, seededRandom } from '../../core/seeded-random.ts';
import type { LiveMarket } from '../live/live-market.ts';
import type { TradedInstrument } from '../live/traded-instrument.ts';
import { amountOf, costOf, feeOf } from './amount.ts';
import type { GuestFill } from './guest-orders.ts';
import { type Execution, type OrderEvent, type OrderRefusal, type OrderRequest, SimOrder } from './order.ts';
import { Wallet } from './wallet.ts';

/** Fees in millionths of the cost, by the account's tier. */
export interface FeeTier {
  readonly makerPpm: number;
  readonly takerPpm: number;
}

/** Kraken's first tier. */
export const FIRST_TIER: FeeTier = { makerPpm: 2_500, takerPpm: 4_000 };

/** The smallest order: size as in the pair lists, value in the quote currency. */
const LEAST_SIZE = amountOf(1, 4);
const LEAST_COST = amountOf(5, 1);
/** A market order may not move the price further than this. */
const MARKET_BAND = 0.05;
/** Ended orders that are still told, oldest forgotten first. */
const KEPT_ENDED = 10_000;

export type Placed = { readonly ok: true; readonly order: SimOrder } | { readonly ok: false; readonly refusal: OrderRefusal };

/**
 * The venue's matching and its ledger: orders of clients against the simulator's own books, by price and time. What it knows is the
 * truth that a client's view is compared with.
 */
export class OrderDesk {
  readonly #market: LiveMarket;
  readonly #random: SeededRandom;
  readonly #wallets = new Map<string, Wallet>();
  readonly #orders = new Map<string, SimOrder>();
  readonly #listeners = new Set<(event: OrderEvent) => void>();
  readonly #watched = new Set<TradedInstrument>();
  readonly #deadMen = new Map<string, { atUs: number; cancel: () => void }>();

  constructor(market: LiveMarket, seed: string) {
    this.#market = market;
    this.#random = seededRandom(`${seed}/orders`);
  }

  openAccount(account: string, start: Readonly<Record<string, bigint>>): void {
    this.#wallets.set(account, new Wallet(start));
  }

  wallet(account: string): Wallet {
    const wallet = this.#wallets.get(account) ?? new Wallet({});
    this.#wallets.set(account, wallet);
    return wallet;
  }

  /** Every order of an account, oldest first. */
  orders(account: string): readonly SimOrder[] {
    return [...this.#orders.values()].filter(({ request }) => request.account === account);
  }

  /** By the venue's id or the client's; of several with one client id the newest. */
  find(account: string, id: string): SimOrder | undefined {
    const own = this.#orders.get(id);
    if (own?.request.account === account) return own;
    return this.orders(account).findLast(({ request }) => request.clientId === id);
  }

  /** Hears of everything that happens to any order. Returns what ends it. */
  listen(listener: (event: OrderEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  fees(): FeeTier {
    return FIRST_TIER;
  }

  /** Checks, then trades what it can, then rests what may rest. */
  place(request: OrderRequest): Placed {
    const refusal = this.refusalOf(request);
    if (refusal !== null) return { ok: false, refusal };
    const order = new SimOrder(this.#id('O'), request, this.#nowUs);
    this.#keep(order);
    this.#hold(order);
    this.#watch(request.instrument);
    this.#tell({ kind: 'new', order, execution: null, atUs: this.#nowUs });
    this.#match(order);
    return { ok: true, order };
  }

  /** Why an order would be refused now; null when it would not. */
  refusalOf(request: OrderRequest): OrderRefusal | null {
    const { account, instrument, clientId, deadlineUs, postOnly } = request;
    if (deadlineUs !== null && this.#nowUs > deadlineUs) return 'deadline';
    if (instrument.status !== 'online') return 'closed_market';
    const isTaken = this.orders(account).some(({ status, request: open }) => status === 'open' && open.clientId === clientId);
    if (clientId !== null && isTaken) return 'duplicate_client_id';
    const reference = request.price ?? this.#touch(request);
    if (reference === undefined) return 'empty_book';
    const { priceDigits, sizeDigits } = instrument.spec;
    const size = amountOf(request.size, sizeDigits);
    if (size < LEAST_SIZE || costOf(amountOf(reference, priceDigits), size) < LEAST_COST) return 'minimum';
    if (postOnly && this.#isMarketable(request)) return 'post_only';
    return this.#needed(request) > this.wallet(account).free(assetOf(request)) ? 'insufficient_funds' : null;
  }

  /** What an order would be like; nothing happens. */
  sketch(request: OrderRequest): SimOrder {
    return new SimOrder('', request, this.#nowUs);
  }

  cancel(order: SimOrder, reason = 'User requested'): boolean {
    if (order.status !== 'open') return false;
    order.request.instrument.withdraw(order, this.#nowUs);
    this.#end(order, 'canceled', reason);
    return true;
  }

  cancelAll(account: string, reason?: string): number {
    const open = this.orders(account).filter(({ status }) => status === 'open');
    for (const order of open) this.cancel(order, reason);
    return open.length;
  }

  /**
   * Changes size and price of an open order. Its place in the queue is kept as long as the price stays and the size does not grow;
   * an order that is refused stays as it was.
   */
  amend(order: SimOrder, size: number, price: number, deadlineUs: number | null = null): OrderRefusal | null {
    if (size <= order.filled) return 'minimum';
    const request = { ...order.request, clientId: null, size: size - order.filled, price, deadlineUs };
    const refusal = this.#refusalInPlaceOf(order, request);
    if (refusal !== null) return refusal;
    const { instrument, account } = order.request;
    const keepsPlace = price === order.price && size <= order.size;
    if (keepsPlace) instrument.shrink(order, size - order.filled, this.#nowUs);
    else instrument.withdraw(order, this.#nowUs);
    this.wallet(account).release(assetOf(order.request), order.held);
    order.size = size;
    order.price = price;
    this.#hold(order);
    this.#tell({ kind: 'amended', order, execution: null, atUs: this.#nowUs });
    if (!keepsPlace) this.#match(order);
    return null;
  }

  /** Another order in the place of an open one, which stays as it was when the other one is refused. */
  replace(order: SimOrder, request: OrderRequest): Placed {
    const refusal = this.#refusalInPlaceOf(order, request);
    if (refusal !== null) return { ok: false, refusal };
    this.cancel(order, 'Order replaced');
    return this.place(request);
  }

  /** Cancels everything of an account after `timeoutUs` unless it is armed anew; 0 disarms. Time of the trigger, null without. */
  cancelAfter(account: string, timeoutUs: number): number | null {
    this.#deadMen.get(account)?.cancel();
    this.#deadMen.delete(account);
    if (timeoutUs === 0) return null;
    const atUs = this.#nowUs + timeoutUs;
    const planned = this.#market.schedule.after(timeoutUs, () => this.cancelAll(account, 'Cancel all orders after timer'));
    this.#deadMen.set(account, { atUs, cancel: () => planned.cancel() });
    return atUs;
  }

  /** Why a request would be refused that gets the funds of an open order. */
  #refusalInPlaceOf(order: SimOrder, request: OrderRequest): OrderRefusal | null {
    const wallet = this.wallet(order.request.account);
    const asset = assetOf(order.request);
    wallet.release(asset, order.held);
    const refusal = this.refusalOf(request);
    wallet.hold(asset, order.held);
    return refusal;
  }

  get #nowUs(): number {
    return this.#market.schedule.nowUs;
  }

  #match(order: SimOrder): void {
    const { instrument, side, price, immediate, account } = order.request;
    const limit = price === null ? this.#bandOf(order.request) : order.price;
    const opposite = side === 'buy' ? 'ask' : 'bid';
    const isOwn = (at: number): boolean =>
      this.orders(account).some((other) => {
        return (
          other.status === 'open' && other.request.instrument === instrument && other.side === opposite && other.price === at
        );
      });
    for (const fill of instrument.take(side, order.left, limit, isOwn, this.#nowUs)) {
      this.#execute(order, fill.price, fill.size, false, instrument.changedUs);
    }
    if (order.left === 0) return;
    const meetsItself = price !== null && this.#isMarketable({ ...order.request, price: order.price });
    if (meetsItself) this.#end(order, 'canceled', 'Self trade prevention');
    else if (price === null || immediate) this.#end(order, 'canceled', 'Insufficient liquidity');
    else instrument.rest(order, this.#nowUs);
  }

  #onGuestFills(fills: readonly GuestFill[], atUs: number): void {
    for (const { order, price, size } of fills) if (order instanceof SimOrder) this.#execute(order, price, size, true, atUs);
  }

  #execute(order: SimOrder, price: number, size: number, isMaker: boolean, atUs: number): void {
    const { account, instrument, side } = order.request;
    const { priceDigits, sizeDigits, base, quote } = instrument.spec;
    const amount = amountOf(size, sizeDigits);
    const paid = amountOf(price, priceDigits);
    const cost = costOf(paid, amount);
    const { makerPpm, takerPpm } = this.fees();
    const fee = feeOf(cost, isMaker ? makerPpm : takerPpm);
    const tradeNumber = instrument.tape.newest?.id ?? 0;
    const execution: Execution = { id: this.#id('T'), order, tradeNumber, size, price: paid, cost, fee, isMaker, atUs };
    order.filled += size;
    order.cost += cost;
    order.fee += fee;
    order.executions.push(execution);
    const wallet = this.wallet(account);
    wallet.add(base, side === 'buy' ? amount : -amount);
    wallet.add(quote, (side === 'buy' ? -cost : cost) - fee);
    this.#release(order);
    this.#tell({ kind: 'trade', order, execution, atUs });
    if (order.left === 0) this.#end(order, 'closed', null, atUs);
  }

  #end(order: SimOrder, status: 'closed' | 'canceled', reason: string | null, atUs = this.#nowUs): void {
    order.status = status;
    order.reason = reason;
    order.closeUs = atUs;
    this.wallet(order.request.account).release(assetOf(order.request), order.held);
    order.held = 0n;
    this.#tell({ kind: status === 'closed' ? 'filled' : 'canceled', order, execution: null, atUs });
  }

  /** Keeps back what the rest of an order can cost. */
  #hold(order: SimOrder): void {
    order.held = this.#needed({ ...order.request, price: order.request.price === null ? null : order.price, size: order.left });
    this.wallet(order.request.account).hold(assetOf(order.request), order.held);
  }

  /** After a fill less is needed. */
  #release(order: SimOrder): void {
    const wallet = this.wallet(order.request.account);
    wallet.release(assetOf(order.request), order.held);
    this.#hold(order);
  }

  #needed(request: OrderRequest): bigint {
    const { priceDigits, sizeDigits } = request.instrument.spec;
    const size = amountOf(request.size, sizeDigits);
    if (request.side === 'sell') return size;
    const cost = costOf(amountOf(request.price ?? this.#bandOf(request), priceDigits), size);
    return cost + feeOf(cost, this.fees().takerPpm);
  }

  #touch({ instrument, side }: OrderRequest): number | undefined {
    return (side === 'buy' ? instrument.book.asks : instrument.book.bids).prices[0];
  }

  /** The worst price of a market order. */
  #bandOf(request: OrderRequest): number {
    const touch = this.#touch(request) ?? 0;
    return request.side === 'buy' ? Math.floor(touch * (1 + MARKET_BAND)) : Math.ceil(touch * (1 - MARKET_BAND));
  }

  #isMarketable(request: OrderRequest): boolean {
    const touch = this.#touch(request);
    if (touch === undefined || request.price === null) return touch !== undefined;
    return request.side === 'buy' ? request.price >= touch : request.price <= touch;
  }

  #watch(instrument: TradedInstrument): void {
    if (this.#watched.has(instrument)) return;
    this.#watched.add(instrument);
    let { priceDigits } = instrument.spec;
    instrument.listeners.add({
      guestFills: (fills, atUs) => this.#onGuestFills(fills, atUs),
      spec: () => {
        const added = instrument.spec.priceDigits - priceDigits;
        priceDigits = instrument.spec.priceDigits;
        for (const order of this.#orders.values()) if (order.request.instrument === instrument) order.price *= 10 ** added;
        if (instrument.status !== 'delisted') return;
        for (const order of this.#orders.values()) {
          if (order.request.instrument === instrument) this.cancel(order, 'Market delisted');
        }
      },
    });
  }

  #keep(order: SimOrder): void {
    this.#orders.set(order.id, order);
    if (this.#orders.size <= KEPT_ENDED) return;
    const oldest = [...this.#orders.values()].find(({ status }) => status !== 'open');
    if (oldest !== undefined) this.#orders.delete(oldest.id);
  }

  #tell(event: OrderEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Ids as Kraken's: `OQCLML-BW3P3-BUCMWZ`. */
  #id(kind: 'O' | 'T'): string {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    const part = (length: number): string => Array.from({ length }, () => letters[this.#random.nextInt(letters.length)]).join('');
    return `${kind}${part(5)}-${part(5)}-${part(6)}`;
  }
}

/** What an order is paid with. */
function assetOf({ instrument, side }: OrderRequest): string {
  return side === 'buy' ? instrument.spec.quote : instrument.spec.base;
}
