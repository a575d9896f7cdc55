import type { LiveMarket } from '../../live/live-market.ts';
import { amountText } from '../../orders/amount.ts';
import type { Execution, SimOrder } from '../../orders/order.ts';
import type { OrderDesk } from '../../orders/order-desk.ts';
import { krakenAsset } from '../kraken-listings.ts';
import type { VenueState } from '../kraken-live-rest.ts';
import { failed, ok } from '../kraken-spot-rest.ts';
import type { VenueAnswer, VenueRequest, VenueSurface } from '../venue-http.ts';
import type { ApiKeys } from './api-keys.ts';
import { amendCost, CALL_LIMIT, CallCounters, cancelCost, PAIR_LIMIT } from './call-counters.ts';
import { changeOf, type Fields, fieldsOf, orderOf, REFUSAL_TEXT, textField } from './order-input.ts';
import { describe, orderRow, tradeRow } from './order-rows.ts';
import type { SocketTokens } from './socket-tokens.ts';

export interface PrivateParts {
  readonly market: LiveMarket;
  readonly desk: OrderDesk;
  readonly keys: ApiKeys;
  readonly tokens: SocketTokens;
  readonly state: VenueState;
}

const PREFIX = '/0/private/';
const MOST_BATCH = 15;
const PAGE = 50;
const TOKEN_SEC = 900;

type Handler = (account: string, fields: Fields) => VenueAnswer;

/** Kraken's private spot REST: signatures, nonces, counters, orders and what an account has. */
export function krakenPrivateRest(parts: PrivateParts): VenueSurface {
  const rest = new KrakenPrivateRest(parts);
  return (request) => rest.answer(request);
}

class KrakenPrivateRest {
  readonly #parts: PrivateParts;
  readonly #calls = new CallCounters(CALL_LIMIT);
  readonly #pairs = new CallCounters(PAIR_LIMIT);
  /** Handlers and what a call costs; orders are counted by pair instead. */
  readonly #handlers: Readonly<Record<string, readonly [cost: number, handler: Handler]>> = {
    Balance: [1, (account) => ok(this.#balances(account, (wallet, asset) => amountText(wallet.total(asset))))],
    BalanceEx: [1, (account) => ok(this.#extended(account))],
    TradeBalance: [1, (account) => ok(this.#tradeBalance(account))],
    TradeVolume: [1, (_account, fields) => this.#tradeVolume(fields)],
    OpenPositions: [1, () => ok({})],
    GetWebSocketsToken: [1, (account) => ok({ token: this.#parts.tokens.issue(account), expires: TOKEN_SEC })],
    OpenOrders: [1, (account, fields) => this.#openOrders(account, fields)],
    ClosedOrders: [2, (account, fields) => this.#closedOrders(account, fields)],
    QueryOrders: [1, (account, fields) => this.#queryOrders(account, fields)],
    QueryTrades: [1, (account, fields) => this.#queryTrades(account, fields)],
    TradesHistory: [2, (account, fields) => this.#tradesHistory(account, fields)],
    AddOrder: [0, (account, fields) => this.#addOrder(account, fields)],
    AddOrderBatch: [0, (account, fields) => this.#addBatch(account, fields)],
    AmendOrder: [0, (account, fields) => this.#amend(account, fields)],
    EditOrder: [0, (account, fields) => this.#edit(account, fields)],
    CancelOrder: [0, (account, fields) => this.#cancel(account, fields)],
    CancelAll: [0, (account) => ok({ count: this.#parts.desk.cancelAll(account) })],
    CancelAllOrdersAfter: [1, (account, fields) => this.#cancelAfter(account, fields)],
  };

  constructor(parts: PrivateParts) {
    this.#parts = parts;
  }

  answer({ method, path, headers = {}, body = '' }: VenueRequest): VenueAnswer {
    const { keys, state } = this.#parts;
    const entry = this.#handlers[path.slice(PREFIX.length)];
    if (entry === undefined || method !== 'POST') return failed('EGeneral:Unknown method');
    const fields = fieldsOf(body);
    if (fields === undefined) return failed('EGeneral:Invalid arguments');
    const signed = { key: headers['api-key'], sign: headers['api-sign'] };
    const checked = keys.check(signed, path, textField(fields, 'nonce') ?? '', body, this.#nowMs);
    if ('error' in checked) return failed(checked.error);
    if (state.isInMaintenance()) return failed('EService:Unavailable');
    const [cost, handler] = entry;
    if (cost > 0 && !this.#calls.admits(signed.key!, cost, this.#nowMs)) return failed('EAPI:Rate limit exceeded');
    return handler(checked.account, fields);
  }

  get #nowMs(): number {
    return this.#parts.market.schedule.nowMs;
  }

  #addOrder(account: string, fields: Fields): VenueAnswer {
    const placed = this.#place(account, fields);
    if (typeof placed === 'string') return failed(placed);
    const { order, isTest } = placed;
    return ok({
      descr: { order: describe(order) },
      ...(isTest ? {} : { txid: [order.id] }),
      ...(order.request.clientId === null ? {} : { cl_ord_id: order.request.clientId }),
    });
  }

  #addBatch(account: string, fields: Fields): VenueAnswer {
    const { orders, pair } = fields;
    if (!Array.isArray(orders) || orders.length < 2 || orders.length > MOST_BATCH)
      return failed('EGeneral:Invalid arguments:orders');
    const rows = orders.map((each: unknown) => {
      const placed = this.#place(account, { ...(each as Fields), pair, deadline: fields.deadline });
      return typeof placed === 'string' ? { error: placed } : { descr: { order: describe(placed.order) }, txid: placed.order.id };
    });
    return ok({ orders: rows });
  }

  /** The accepted order, or the venue's error. `validate` checks without placing. */
  #place(account: string, fields: Fields): { readonly order: SimOrder; readonly isTest: boolean } | string {
    const { market, desk } = this.#parts;
    const request = orderOf(market, account, fields, this.#nowMs);
    if (typeof request === 'string') return request;
    if (!this.#pairs.admits(`${account} ${request.instrument.spec.symbol}`, 1, this.#nowMs)) return 'EOrder:Rate limit exceeded';
    if (fields.validate === true || fields.validate === 'true') {
      const refusal = desk.refusalOf(request);
      return refusal === null ? { order: desk.sketch(request), isTest: true } : REFUSAL_TEXT[refusal];
    }
    const placed = desk.place(request);
    return placed.ok ? { order: placed.order, isTest: false } : REFUSAL_TEXT[placed.refusal];
  }

  #amend(account: string, fields: Fields): VenueAnswer {
    const order = this.#open(account, fields);
    if (order === undefined) return failed('EOrder:Unknown order');
    const change = changeOf(order, fields, { size: 'order_qty', price: 'limit_price' }, this.#nowMs);
    if (typeof change === 'string') return failed(change);
    this.#charge(order, amendCost);
    const refusal = this.#parts.desk.amend(order, change.size ?? order.size, change.price, change.deadlineUs);
    return refusal === null ? ok({ amend_id: `A${order.id.slice(1)}` }) : failed(REFUSAL_TEXT[refusal]);
  }

  /** Another order in the place of one; the old one is gone even when nothing else changes. */
  #edit(account: string, fields: Fields): VenueAnswer {
    const old = this.#open(account, fields);
    if (old === undefined) return failed('EOrder:Unknown order');
    const change = changeOf(old, fields, { size: 'volume', price: 'price' }, this.#nowMs);
    if (typeof change === 'string') return failed(change);
    this.#charge(old, cancelCost);
    const { size = old.left, price, deadlineUs } = change;
    const placed = this.#parts.desk.replace(old, { ...old.request, clientId: null, size, price, deadlineUs });
    if (!placed.ok) return failed(REFUSAL_TEXT[placed.refusal]);
    const { order } = placed;
    return ok({ status: 'ok', txid: order.id, originaltxid: old.id, orders_cancelled: 1, descr: { order: describe(order) } });
  }

  #cancel(account: string, fields: Fields): VenueAnswer {
    const order = this.#open(account, fields);
    if (order === undefined) return failed('EOrder:Unknown order');
    this.#charge(order, cancelCost);
    return ok({ count: this.#parts.desk.cancel(order) ? 1 : 0 });
  }

  #cancelAfter(account: string, fields: Fields): VenueAnswer {
    const seconds = Number(textField(fields, 'timeout'));
    if (!Number.isInteger(seconds) || seconds < 0) return failed('EGeneral:Invalid arguments:timeout');
    const atUs = this.#parts.desk.cancelAfter(account, seconds * 1_000_000);
    const iso = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
    return ok({ currentTime: iso(this.#nowMs), triggerTime: atUs === null ? '0' : iso(atUs / 1000) });
  }

  #openOrders(account: string, fields: Fields): VenueAnswer {
    const open = this.#parts.desk.orders(account).filter(({ status }) => status === 'open');
    return ok({ open: this.#rows(chosen(open, fields), fields) });
  }

  /** Newest first, fifty at a time. */
  #closedOrders(account: string, fields: Fields): VenueAnswer {
    const ended = this.#parts.desk.orders(account).filter(({ status }) => status !== 'open');
    const wanted = chosen(ended, fields).toReversed();
    const offset = Number(textField(fields, 'ofs') ?? 0) || 0;
    return ok({ closed: this.#rows(wanted.slice(offset, offset + PAGE), fields), count: wanted.length });
  }

  #queryOrders(account: string, fields: Fields): VenueAnswer {
    const { desk } = this.#parts;
    const ids = (textField(fields, 'txid') ?? textField(fields, 'cl_ord_id') ?? '').split(',');
    const found = ids.flatMap((id) => desk.find(account, id) ?? []);
    return found.length === 0 ? failed('EOrder:Unknown order') : ok(this.#rows(found, fields));
  }

  #queryTrades(account: string, fields: Fields): VenueAnswer {
    const ids = new Set((textField(fields, 'txid') ?? '').split(','));
    return ok(tradeRows(this.#executions(account).filter(({ id }) => ids.has(id))));
  }

  /** Newest first, fifty at a time. */
  #tradesHistory(account: string, fields: Fields): VenueAnswer {
    const all = this.#executions(account).toReversed();
    const offset = Number(textField(fields, 'ofs') ?? 0) || 0;
    return ok({ trades: tradeRows(all.slice(offset, offset + PAGE)), count: all.length });
  }

  #tradeBalance(account: string): Record<string, string> {
    const wallet = this.#parts.desk.wallet(account);
    const usd = amountText(wallet.total('USD'), 4);
    return {
      eb: usd,
      tb: usd,
      m: '0.0000',
      n: '0.0000',
      c: '0.0000',
      v: '0.0000',
      e: usd,
      mf: amountText(wallet.free('USD'), 4),
    };
  }

  #tradeVolume(fields: Fields): VenueAnswer {
    const { makerPpm, takerPpm } = this.#parts.desk.fees();
    const row = (ppm: number): Record<string, unknown> => {
      const fee = (ppm / 10_000).toFixed(4);
      return { fee, minfee: fee, maxfee: fee, nextfee: null, nextvolume: null, tiervolume: '0.0000' };
    };
    const found = (textField(fields, 'pair') ?? '')
      .split(',')
      .flatMap((name) => this.#parts.market.find('kraken_spot', name) ?? []);
    const each = (ppm: number): Record<string, unknown> =>
      Object.fromEntries(found.map(({ spec }) => [spec.aliases[0] ?? spec.symbol, row(ppm)]));
    return ok({ currency: 'ZUSD', volume: '0.0000', fees: each(takerPpm), fees_maker: each(makerPpm) });
  }

  #extended(account: string): Record<string, unknown> {
    return this.#balances(account, (wallet, asset) => {
      return { balance: amountText(wallet.total(asset)), hold_trade: amountText(wallet.held(asset)) };
    });
  }

  #balances<T>(account: string, text: (wallet: ReturnType<OrderDesk['wallet']>, asset: string) => T): Record<string, T> {
    const wallet = this.#parts.desk.wallet(account);
    return Object.fromEntries(wallet.assets.map((asset) => [krakenAsset(asset).id, text(wallet, asset)]));
  }

  #open(account: string, fields: Fields): SimOrder | undefined {
    const id = textField(fields, 'txid') ?? textField(fields, 'cl_ord_id');
    const order = id === undefined ? undefined : this.#parts.desk.find(account, id);
    return order?.status === 'open' ? order : undefined;
  }

  #charge(order: SimOrder, costOf: (ageMs: number) => number): void {
    const { account, instrument } = order.request;
    this.#pairs.charge(`${account} ${instrument.spec.symbol}`, costOf(this.#nowMs - order.openUs / 1000), this.#nowMs);
  }

  #rows(orders: readonly SimOrder[], fields: Fields): Record<string, unknown> {
    const withTrades = textField(fields, 'trades') === 'true' || fields.trades === true;
    return Object.fromEntries(orders.map((order) => [order.id, orderRow(order, withTrades)]));
  }

  #executions(account: string): readonly Execution[] {
    return this.#parts.desk
      .orders(account)
      .flatMap(({ executions }) => executions)
      .toSorted((a, b) => a.atUs - b.atUs);
  }
}

function tradeRows(executions: readonly Execution[]): Record<string, unknown> {
  return Object.fromEntries(executions.map((execution) => [execution.id, tradeRow(execution)]));
}

function chosen(orders: readonly SimOrder[], fields: Fields): readonly SimOrder[] {
  const [userRef, clientId] = [textField(fields, 'userref'), textField(fields, 'cl_ord_id')];
  return orders.filter(
    ({ request }) =>
      (userRef === undefined || String(request.userRef) === userRef) && (clientId === undefined || request.clientId === clientId),
  );
}
