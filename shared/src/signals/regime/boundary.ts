import { formatInstantZ, parseInstant } from '../../core/instant.ts';

/** The regime is judged at 00, 04, 08, 12, 16 and 20 UTC (signals spec §6). */
export const BOUNDARY_MS = 4 * 3_600_000;

/** A bar may be used this long after its close (signals spec §1). */
export const BAR_USABLE_AFTER_MS = 2_000;

/** The newest boundary at or before an instant, ms. */
export function boundaryAt(ms: number): number {
  return Math.floor(ms / BOUNDARY_MS) * BOUNDARY_MS;
}

/** The newest boundary whose bars may be used at an instant, ms. */
export function usableBoundaryAt(ms: number): number {
  return boundaryAt(ms - BAR_USABLE_AFTER_MS);
}

/** The form in documents: `2026-11-01T00:00:00Z`. */
export function boundaryText(ms: number): string {
  return formatInstantZ(ms);
}

/** Milliseconds of a boundary that a contract has checked. */
export function parseBoundary(text: string): number {
  return parseInstant(text) ?? Number.NaN;
}
