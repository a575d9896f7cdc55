import type { ApiKeys } from '../venues/kraken-private/api-keys.ts';
import type { FaultDesk } from './fault-desk.ts';
import type { LiveFault, OrderFaultKind } from './live-fault.ts';

const USUAL_REVOCATION_MS = 60_000;
/** Calls whose loss leaves a client in doubt about an order. */
const ORDER_CALLS: ReadonlySet<string> = new Set(['AddOrder', 'AddOrderBatch', 'AmendOrder', 'EditOrder', 'CancelOrder']);
const OF_REQUESTS: ReadonlySet<string> = new Set(['lost_request', 'lost_answer', 'late_answer']);

interface Armed {
  readonly fault: LiveFault;
  left: number;
}

/** Faults between a client and its orders: they wait for a call or for the report of a fill. */
export class OrderFaults {
  readonly #desk: FaultDesk;
  readonly #keys: ApiKeys;
  #armed: Armed[] = [];

  constructor(desk: FaultDesk, keys: ApiKeys) {
    this.#desk = desk;
    this.#keys = keys;
  }

  inject(fault: LiveFault & { readonly kind: OrderFaultKind }): void {
    if (fault.kind === 'nonce_race') {
      this.#keys.race();
      this.#desk.record(fault, {});
    } else if (fault.kind === 'key_revoked') {
      this.#keys.revoke(true);
      this.#desk.open(fault, fault.durationMs ?? USUAL_REVOCATION_MS, () => this.#keys.revoke(false));
    } else this.#arm(fault);
  }

  /** What becomes of a private call. */
  ofRequest(path: string): LiveFault | undefined {
    const isOrder = ORDER_CALLS.has(path.slice(path.lastIndexOf('/') + 1));
    return isOrder ? this.#take(({ fault }) => OF_REQUESTS.has(fault.kind), null, path) : undefined;
  }

  /** What becomes of the report of a fill. */
  ofFill(symbol: string): LiveFault | undefined {
    return this.#take(({ fault }) => !OF_REQUESTS.has(fault.kind) && (fault.symbol ?? symbol) === symbol, symbol, '');
  }

  #arm(fault: LiveFault): void {
    const armed = { fault, left: fault.count ?? 1 };
    this.#armed.push(armed);
    this.#desk.expire(fault, () => this.#remove(armed));
  }

  #take(isMeant: (armed: Armed) => boolean, symbol: string | null, detail: string): LiveFault | undefined {
    const armed = this.#armed.find(isMeant);
    if (armed === undefined) return undefined;
    armed.left -= 1;
    if (armed.left <= 0) this.#remove(armed);
    this.#desk.record(armed.fault, { symbol, detail });
    return armed.fault;
  }

  #remove(armed: Armed): boolean {
    const was = this.#armed.includes(armed);
    this.#armed = this.#armed.filter((other) => other !== armed);
    return was;
  }
}
