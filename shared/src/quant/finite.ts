/**
 * Inside the engine NaN stands for null, because every operation on it gives NaN again: null in, null out. Infinity is never a
 * value: where it would arise this makes it NaN. At the borders NaN becomes null (`orNull`), so neither ever leaves.
 */
export function finite(value: number): number {
  return value - value === 0 ? value : Number.NaN;
}

/** The engine's number as the world sees it. */
export function orNull(value: number): number | null {
  return value - value === 0 ? value : null;
}

/** The world's number as the engine keeps it. */
export function orNaN(value: number | null): number {
  return value === null ? Number.NaN : finite(value);
}
