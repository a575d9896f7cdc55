import type { SeededRandom } from '../../core/seeded-random.ts';
import type { Trade } from './trade-tape.ts';

/** Who holds what in a perpetual, one-sided and in size units. */
export interface Positions {
  readonly openInterest: number;
  readonly longUsers: number;
  readonly shortUsers: number;
  readonly topLongAccounts: number;
  readonly topShortAccounts: number;
  readonly topLongSize: number;
  readonly topShortSize: number;
}

const TOP_SHARE = 0.09;
const TOP_ACCOUNTS_SHARE = 0.004;
/** A trade changes open interest by this share of its size, up or down. */
const OPENING_SHARE = 0.6;

/** The holders of a perpetual. Trades open and close positions; users and top traders come and go, leaning with the flow. */
export class Crowd {
  readonly #random: SeededRandom;
  readonly #floor: number;
  #openInterest: number;
  #longUsers: number;
  #shortUsers: number;
  #lean = 0;

  constructor(random: SeededRandom, openInterest: number, users: number) {
    this.#random = random;
    this.#openInterest = openInterest;
    this.#floor = openInterest * 0.25;
    this.#longUsers = Math.round(users * (0.5 + 0.08 * random.nextNormal() * 0.5));
    this.#shortUsers = Math.max(20, users - this.#longUsers);
    this.#longUsers = Math.max(20, this.#longUsers);
  }

  get positions(): Positions {
    const tops = Math.max(12, Math.round((this.#longUsers + this.#shortUsers) * TOP_ACCOUNTS_SHARE));
    const topLongAccounts = Math.min(tops - 2, Math.max(2, Math.round(tops * (0.45 + 0.3 * this.#lean))));
    const top = this.#openInterest * TOP_SHARE;
    return {
      openInterest: this.#openInterest,
      longUsers: this.#longUsers,
      shortUsers: this.#shortUsers,
      topLongAccounts,
      topShortAccounts: tops - topLongAccounts,
      topLongSize: Math.max(1, Math.round(top * (1 + 0.4 * this.#lean))),
      topShortSize: Math.max(1, Math.round(top * (1 - 0.4 * this.#lean))),
    };
  }

  /** A liquidation closes a position; any other trade opens or closes one. */
  onTrade({ side, size, reason }: Trade): void {
    const opens = reason === 'fill' && this.#random.next() < 0.51;
    const change = Math.round(size * (reason === 'fill' ? OPENING_SHARE : 1));
    this.#openInterest = Math.max(this.#floor, this.#openInterest + (opens ? change : -change));
    this.#lean += 0.004 * ((side === 'buy' ? 1 : -1) - this.#lean);
  }

  onSecond(): void {
    const draw = this.#random.next();
    if (draw < 0.1) this.#longUsers += 1;
    else if (draw < 0.2) this.#longUsers = Math.max(20, this.#longUsers - 1);
    else if (draw < 0.3) this.#shortUsers += 1;
    else if (draw < 0.4) this.#shortUsers = Math.max(20, this.#shortUsers - 1);
  }
}
