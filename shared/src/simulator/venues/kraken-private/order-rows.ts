import { unitsText } from '../../fixed-digits.ts';
import { amountOf, amountText, averageOf } from '../../orders/amount.ts';
import type { Execution, SimOrder } from '../../orders/order.ts';

const COST_DIGITS = 5;

/** A time as Kraken's REST writes it: seconds with a fraction. */
function secondsOf(us: number): number {
  return us / 1_000_000;
}

export function describe({ request, price, size }: SimOrder): string {
  const { instrument, side } = request;
  const { priceDigits, sizeDigits } = instrument.spec;
  const at = request.price === null ? 'market' : `limit ${unitsText(price, priceDigits)}`;
  return `${side} ${unitsText(size, sizeDigits)} ${pairName(instrument.spec)} @ ${at}`;
}

/** The pair's short name: `XBTUSD`. */
export function pairName({ aliases, symbol }: { readonly aliases: readonly string[]; readonly symbol: string }): string {
  return aliases[1] ?? symbol;
}

/** A row of open, closed or queried orders. */
export function orderRow(order: SimOrder, withTrades: boolean): Record<string, unknown> {
  const { request, price, size, filled, cost, fee, status, reason, openUs, closeUs, executions } = order;
  const { instrument, side, postOnly, userRef, clientId } = request;
  const { priceDigits, sizeDigits } = instrument.spec;
  const isMarket = request.price === null;
  return {
    refid: null,
    userref: userRef,
    ...(clientId === null ? {} : { cl_ord_id: clientId }),
    status,
    reason,
    opentm: secondsOf(openUs),
    starttm: 0,
    expiretm: 0,
    ...(closeUs === null ? {} : { closetm: secondsOf(closeUs) }),
    descr: {
      pair: pairName(instrument.spec),
      type: side,
      ordertype: isMarket ? 'market' : 'limit',
      price: isMarket ? '0' : unitsText(price, priceDigits),
      price2: '0',
      leverage: 'none',
      order: describe(order),
      close: '',
    },
    vol: unitsText(size, sizeDigits),
    vol_exec: unitsText(filled, sizeDigits),
    cost: amountText(cost, COST_DIGITS),
    fee: amountText(fee, COST_DIGITS),
    price: amountText(averageOf(cost, amountOf(filled, sizeDigits)), priceDigits),
    stopprice: '0.00000',
    limitprice: '0.00000',
    misc: '',
    oflags: postOnly ? 'fciq,post' : 'fciq',
    ...(withTrades ? { trades: executions.map(({ id }) => id) } : {}),
  };
}

/** A row of the trades history. */
export function tradeRow({ order, price, size, cost, fee, isMaker, atUs, tradeNumber }: Execution): Record<string, unknown> {
  const { instrument, side } = order.request;
  const { spec } = instrument;
  return {
    ordertxid: order.id,
    postxid: 'TKH2SE-M7IF5-CFI7LT',
    pair: spec.aliases[0] ?? spec.symbol,
    time: secondsOf(atUs),
    type: side,
    ordertype: order.request.price === null ? 'market' : 'limit',
    price: amountText(price, spec.priceDigits),
    cost: amountText(cost, COST_DIGITS),
    fee: amountText(fee, COST_DIGITS),
    vol: unitsText(size, spec.sizeDigits),
    margin: '0.00000',
    leverage: '0',
    misc: '',
    trade_id: tradeNumber,
    maker: isMaker,
    ...(order.request.clientId === null ? {} : { cl_ord_id: order.request.clientId }),
  };
}
