import type { FaultDesk } from '../faults/fault-desk.ts';
import { OrderFaults } from '../faults/order-faults.ts';
import type { LiveMarket } from '../live/live-market.ts';
import { type ApiKey, ApiKeys } from '../venues/kraken-private/api-keys.ts';
import { orderRow } from '../venues/kraken-private/order-rows.ts';
import { SocketTokens } from '../venues/kraken-private/socket-tokens.ts';
import { amountText, parseAmount } from './amount.ts';
import { OrderDesk } from './order-desk.ts';

/** An account at the simulated Kraken: a key, and decimals of what it starts with, by asset (`USD`, `BTC`). */
export interface SimulatedAccount extends ApiKey {
  readonly balances: Readonly<Record<string, string>>;
}

/**
 * The account of a simulator that nobody gave one: paper money, and a key that is no secret: it opens nothing but a simulator on
 * this machine.
 */
export const PAPER_ACCOUNT: SimulatedAccount = {
  account: 'paper',
  key: 'simulator-key',
  secret: 'c2ltdWxhdG9yLW9ubHktbm90LWEtcmVhbC1zZWNyZXQ=',
  balances: { USD: '100000', BTC: '1', ETH: '10' },
};

/** Everything private of a simulator: accounts, keys, orders, and what goes wrong between them and the client. */
export class OrderSide {
  readonly desk: OrderDesk;
  readonly keys = new ApiKeys();
  readonly tokens: SocketTokens;
  readonly faults: OrderFaults;
  readonly #accounts: readonly string[];

  constructor(market: LiveMarket, faults: FaultDesk, seed: string, accounts: readonly SimulatedAccount[]) {
    this.desk = new OrderDesk(market, seed);
    this.tokens = new SocketTokens(seed);
    this.faults = new OrderFaults(faults, this.keys);
    this.#accounts = accounts.map(({ account }) => account);
    for (const account of accounts) this.#open(account);
  }

  /** What is true of every account: amounts of each asset, how much of it orders hold, and all orders, oldest first. */
  ledger(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(
      this.#accounts.map((account) => {
        const wallet = this.desk.wallet(account);
        const balances = wallet.assets.map((asset) => {
          return [asset, { total: amountText(wallet.total(asset)), held: amountText(wallet.held(asset)) }];
        });
        const orders = this.desk.orders(account).map((order) => ({ txid: order.id, ...orderRow(order, true) }));
        return [account, { balances: Object.fromEntries(balances), orders }];
      }),
    );
  }

  #open({ account, key, secret, balances }: SimulatedAccount): void {
    this.keys.add({ account, key, secret });
    const start = Object.entries(balances).map(([asset, text]) => [asset, parseAmount(text) ?? 0n] as const);
    this.desk.openAccount(account, Object.fromEntries(start));
  }
}
