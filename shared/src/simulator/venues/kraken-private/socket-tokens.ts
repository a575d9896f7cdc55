import { type SeededRandom, seededRandom } from '../../../core/seeded-random.ts';

/** Tokens with which an account may subscribe to its private channels. */
export class SocketTokens {
  readonly #random: SeededRandom;
  readonly #accounts = new Map<string, string>();

  constructor(seed: string) {
    this.#random = seededRandom(`${seed}/tokens`);
  }

  issue(account: string): string {
    const token = Array.from({ length: 8 }, () => this.#random.nextInt(0x7fff_ffff).toString(36)).join('');
    this.#accounts.set(token, account);
    return token;
  }

  accountOf(token: string): string | undefined {
    return this.#accounts.get(token);
  }
}
