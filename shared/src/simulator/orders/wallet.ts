/** What an account has of each asset, and how much of it its open orders hold. Amounts of 10^−12. */
export class Wallet {
  readonly #total = new Map<string, bigint>();
  readonly #held = new Map<string, bigint>();

  constructor(start: Readonly<Record<string, bigint>>) {
    for (const [asset, amount] of Object.entries(start)) this.#total.set(asset, amount);
  }

  /** Assets ever held, in the order in which they came. */
  get assets(): readonly string[] {
    return [...this.#total.keys()];
  }

  total(asset: string): bigint {
    return this.#total.get(asset) ?? 0n;
  }

  held(asset: string): bigint {
    return this.#held.get(asset) ?? 0n;
  }

  free(asset: string): bigint {
    return this.total(asset) - this.held(asset);
  }

  hold(asset: string, amount: bigint): void {
    this.#held.set(asset, this.held(asset) + amount);
  }

  release(asset: string, amount: bigint): void {
    this.hold(asset, -amount);
  }

  /** A trade or a fee changes what is there. */
  add(asset: string, amount: bigint): void {
    this.#total.set(asset, this.total(asset) + amount);
  }
}
