import { unitsText } from '../../fixed-digits.ts';
import { amountOf, amountText, averageOf } from '../../orders/amount.ts';
import type { Execution, OrderEvent, SimOrder } from '../../orders/order.ts';
import type { OrderSide } from '../../orders/order-side.ts';
import type { StreamContext } from '../stream-session.ts';
import { microsText } from '../wire-text.ts';

const USUAL_DELAY_MS = 3_000;
const COST_DIGITS = 5;

/** The private channels of one connection: what happens to an account's orders, and what it has. Returns what ends the channel. */
export function followExecutions(
  context: StreamContext,
  orders: OrderSide,
  account: string,
  snapshot: { readonly orders: boolean; readonly trades: boolean },
): () => void {
  let sequence = 0;
  const send = (type: 'snapshot' | 'update', rows: readonly string[], symbol: string): void => {
    sequence += 1;
    const text = `{"channel":"executions","type":"${type}","data":[${rows.join(',')}],"sequence":${sequence}}`;
    const about = { channel: 'executions', symbol, kind: type, sequence: -1 };
    context.send({ text, about });
  };
  const own = orders.desk.orders(account);
  const open = snapshot.orders
    ? own.filter(({ status }) => status === 'open').map((order) => orderText(order, 'new', context))
    : [];
  const trades = snapshot.trades ? own.flatMap(({ executions }) => executions).slice(-50) : [];
  send('snapshot', [...open, ...trades.map((each) => tradeText(each, context))], '');
  const stop = orders.desk.listen((event) => {
    if (event.order.request.account !== account) return;
    const { symbol } = event.order.request.instrument.spec;
    const tell = (): void => send('update', [eventText(event, context)], symbol);
    const fault = event.kind === 'trade' ? orders.faults.ofFill(symbol) : undefined;
    if (fault?.kind === 'missed_execution') sequence += 1;
    else if (fault?.kind === 'late_fill') context.after((fault.delayMs ?? USUAL_DELAY_MS) * 1000, tell);
    else tell();
    if (fault?.kind === 'dup_fill') tell();
  });
  return context.untilEnd(stop);
}

/** Wallets, and every change of one by a trade. Returns what ends the channel. */
export function followBalances(context: StreamContext, orders: OrderSide, account: string, withSnapshot: boolean): () => void {
  let sequence = 0;
  const { desk } = orders;
  const send = (type: 'snapshot' | 'update', rows: readonly string[]): void => {
    sequence += 1;
    const text = `{"channel":"balances","type":"${type}","data":[${rows.join(',')}],"sequence":${sequence}}`;
    context.send({ text, about: { channel: 'balances', symbol: '', kind: type, sequence: -1 } });
  };
  const wallet = desk.wallet(account);
  const balance = (asset: string): string => `"balance":${amountText(wallet.total(asset))}`;
  if (withSnapshot) {
    const wallets = (asset: string): string => `"wallets":[{"type":"spot","id":"main",${balance(asset)}}]`;
    const row = (asset: string): string => `{"asset":"${asset}","asset_class":"currency",${balance(asset)},${wallets(asset)}}`;
    send('snapshot', wallet.assets.map(row));
  }
  const stop = desk.listen(({ kind, order, execution }) => {
    if (kind !== 'trade' || execution === null || order.request.account !== account) return;
    const { base, quote, sizeDigits } = order.request.instrument.spec;
    const amount = amountOf(execution.size, sizeDigits);
    const isBuy = order.request.side === 'buy';
    const row = (asset: string, change: bigint, fee: bigint): string =>
      `{"ledger_id":"L${execution.id.slice(1)}","ref_id":"${execution.id}","timestamp":"${microsText(execution.atUs + context.skewUs())}","type":"trade","asset":"${asset}","asset_class":"currency","category":"trade","wallet_type":"spot","wallet_id":"main","amount":${amountText(change)},"fee":${amountText(fee)},${balance(asset)}}`;
    send('update', [
      row(base, isBuy ? amount : -amount, 0n),
      row(quote, isBuy ? -execution.cost : execution.cost, execution.fee),
    ]);
  });
  return context.untilEnd(stop);
}

function eventText({ kind, order, execution, atUs }: OrderEvent, context: StreamContext): string {
  return execution === null ? orderText(order, kind, context, atUs) : tradeText(execution, context);
}

/** What the venue says of an order besides its fills. */
function orderText(order: SimOrder, kind: OrderEvent['kind'], context: StreamContext, atUs = order.openUs): string {
  const reason = kind === 'canceled' && order.reason !== null ? `,"reason":${JSON.stringify(order.reason)}` : '';
  return `{${common(order)},"exec_type":"${kind}",${standing(order)}${reason},"timestamp":"${microsText(atUs + context.skewUs())}"}`;
}

function tradeText({ id, order, tradeNumber, size, price, cost, fee, isMaker, atUs }: Execution, context: StreamContext): string {
  const { spec } = order.request.instrument;
  const last = `"exec_id":"${id}","trade_id":${tradeNumber},"last_qty":${unitsText(size, spec.sizeDigits)},"last_price":${amountText(price, spec.priceDigits)}`;
  const money = `"cost":${amountText(cost, COST_DIGITS)},"liquidity_ind":"${isMaker ? 'm' : 't'}","fees":[{"asset":"${spec.quote}","qty":${amountText(fee, COST_DIGITS)}}]`;
  return `{${common(order)},"exec_type":"trade",${last},${money},${standing(order)},"timestamp":"${microsText(atUs + context.skewUs())}"}`;
}

function common({ id, request, price, size }: SimOrder): string {
  const { instrument, side, clientId, userRef, postOnly, immediate } = request;
  const { symbol, priceDigits, sizeDigits } = instrument.spec;
  const kind =
    request.price === null ? '"order_type":"market"' : `"order_type":"limit","limit_price":${unitsText(price, priceDigits)}`;
  const client = clientId === null ? '' : `,"cl_ord_id":${JSON.stringify(clientId)}`;
  return `"order_id":"${id}"${client},"order_userref":${userRef},"symbol":"${symbol}","side":"${side}",${kind},"order_qty":${unitsText(size, sizeDigits)},"time_in_force":"${immediate ? 'IOC' : 'GTC'}","post_only":${postOnly}`;
}

/** How far it has come. */
function standing({ status, filled, cost, fee, request }: SimOrder): string {
  const { sizeDigits, priceDigits, quote } = request.instrument.spec;
  const words = {
    open: filled > 0 ? 'partially_filled' : 'new',
    closed: 'filled',
    canceled: 'canceled',
    expired: 'expired',
  } as const;
  const average = amountText(averageOf(cost, amountOf(filled, sizeDigits)), priceDigits);
  return `"order_status":"${words[status]}","cum_qty":${unitsText(filled, sizeDigits)},"cum_cost":${amountText(cost, COST_DIGITS)},"avg_price":${average},"fee_usd_equiv":${quote === 'USD' ? amountText(fee, COST_DIGITS) : '0.00000'}`;
}
