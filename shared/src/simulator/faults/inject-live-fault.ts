import type { LiveSurface } from '../live/live-instrument.ts';
import type { LiveMarket } from '../live/live-market.ts';
import type { LiveConnection } from '../live-connection.ts';
import { BREAK_CONNECTIONS } from './break-connections.ts';
import { CHANGE_MARKET } from './change-market.ts';
import type { Fault } from './fault.ts';
import type { FaultDesk } from './fault-desk.ts';
import { isConnectionFault, isFrameFault, isHttpFault, isOrderFault, type LiveFault } from './live-fault.ts';
import type { OrderFaults } from './order-faults.ts';

/** What a fault may reach for. */
export interface FaultTargets {
  readonly market: LiveMarket;
  readonly desk: FaultDesk;
  readonly orders: OrderFaults;
  /** Open connections of the fault's surface. */
  readonly connections: readonly LiveConnection[];
  /** What it returns withdraws the fault. */
  injectHttp(fault: Fault): () => boolean;
}

/** Where the REST requests of a surface go, as the HTTP fault plan sees them. */
const HTTP_TARGET: Readonly<Record<LiveSurface, string>> = {
  kraken_spot: 'kraken /0/',
  kraken_futures: 'krakenfutures /',
  gate_spot: 'gate /api/v4/spot/',
  gate_futures: 'gate /api/v4/futures/',
};

/** Makes one fault happen. What needs a message or request to hit waits for it. */
export function injectLiveFault(fault: LiveFault, targets: FaultTargets): void {
  const { kind } = fault;
  if (isFrameFault(kind)) targets.desk.arm(fault);
  else if (isHttpFault(kind)) targets.desk.expire(fault, targets.injectHttp(httpFault(fault, kind)));
  else if (isOrderFault(kind)) targets.orders.inject({ ...fault, kind });
  else if (isConnectionFault(kind)) BREAK_CONNECTIONS[kind](fault, targets);
  else CHANGE_MARKET[kind](fault, targets);
}

function httpFault({ surface, count, delayMs }: LiveFault, kind: Fault['kind']): Fault {
  const optional = { ...(count === undefined ? {} : { count }), ...(delayMs === undefined ? {} : { delayMs }) };
  return { kind, target: HTTP_TARGET[surface], ...optional };
}
