import { createHash, timingSafeEqual } from 'node:crypto';

const MASK = '***';

/** A text that never shows by accident: as string, JSON or in `inspect` it prints `***` (operations spec §6). */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself, for the one call that needs it. */
  reveal(): string {
    return this.#text;
  }

  /** Compares in a time that does not depend on where the texts differ. */
  equals(other: Secret): boolean {
    return timingSafeEqual(digest(this.#text), digest(other.#text));
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return MASK;
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
