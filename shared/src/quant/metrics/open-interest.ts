import { finite } from '../finite.ts';

/** What turns a venue's figure into base and USD: contract size, kind of settlement and the sides it counts. */
export interface OpenInterestTerms {
  readonly unit: 'contracts' | 'base' | 'usd';
  readonly inverse: boolean;
  readonly contractSize: number;
  readonly sides: number;
}

/** One-sided open interest in base units (market data spec §7.2). */
export function openInterestBase(amount: number, terms: OpenInterestTerms, mark: number): number {
  if (terms.unit === 'usd' || (terms.unit === 'contracts' && terms.inverse)) {
    return mark > 0 ? finite(openInterestUsd(amount, terms, mark) / mark) : Number.NaN;
  }
  return (terms.unit === 'contracts' ? amount * terms.contractSize : amount) / terms.sides;
}

/** One-sided open interest in USD: base × mark, or contracts × contract size for inverse ones, which count USD. */
export function openInterestUsd(amount: number, terms: OpenInterestTerms, mark: number): number {
  if (terms.unit === 'usd') return amount / terms.sides;
  if (terms.unit === 'contracts' && terms.inverse) return (amount * terms.contractSize) / terms.sides;
  return finite(openInterestBase(amount, terms, mark) * mark);
}

/** Whether a figure counts both sides: twice the one-sided one within 5 % (the two calls are not simultaneous). */
export function countsBothSides(amount: number, oneSided: number): boolean {
  return Math.abs(amount / oneSided - 2) <= 0.1;
}
