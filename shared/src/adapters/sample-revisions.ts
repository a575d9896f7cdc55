import type { MarketSample, MinuteBar } from '../contracts/market-samples.ts';
import type { Revised } from '../ports/sample-store.ts';

/** Rows that a store revises: all have a time from which on they may be seen. */
interface Dated {
  readonly available_at: number;
}

/** Fields of a sample that are its content; times of ours and the name of the reply are not. */
const SAMPLE_CONTENT = ['value', 'unit', 'quality'] as const;

const NO_CONTENT: ReadonlySet<string> = new Set(['instrument', 'minute', 'available_at', 'revision']);

export function isSameSample(a: Pick<MarketSample, 'value' | 'unit' | 'quality'>, b: MarketSample): boolean {
  return SAMPLE_CONTENT.every((name) => a[name] === b[name]);
}

/** `known` may have more columns than a bar. */
export function isSameBar(known: Readonly<Record<keyof MinuteBar, unknown>>, bar: MinuteBar): boolean {
  return Object.entries(bar).every(([name, value]) => NO_CONTENT.has(name) || known[name as keyof MinuteBar] === value);
}

/** The row as it follows the newest one of its key: numbered on, and available after what it corrects. */
export function revised<T extends Dated>(row: T, newest: (Dated & { readonly revision: number }) | undefined): Revised<T> {
  if (newest === undefined) return { ...row, revision: 0 };
  return { ...row, revision: newest.revision + 1, available_at: Math.max(row.available_at, newest.available_at + 1) };
}
