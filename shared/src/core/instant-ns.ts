import { parseInstant } from './instant.ts';

const NS_PER_MS = 1_000_000n;
const NS_PER_SECOND = 1_000_000_000n;

/** Nanoseconds since the epoch of a time in whole milliseconds. */
export function nsOfMs(ms: number): bigint {
  return BigInt(ms) * NS_PER_MS;
}

/** Whole milliseconds since the epoch, cut. */
export function msOfNs(ns: bigint): number {
  return Number(ns / NS_PER_MS);
}

/** `YYYY-MM-DDTHH:MM:SS.fffffffffZ` of nanoseconds since the epoch, from 1970 to 9999. */
export function formatInstantNs(ns: bigint): string {
  const seconds = new Date(Number(ns / NS_PER_SECOND) * 1_000).toISOString().slice(0, 19);
  return `${seconds}.${String(ns % NS_PER_SECOND).padStart(9, '0')}Z`;
}

/** Nanoseconds since the epoch of that form, or undefined. */
export function parseInstantNs(text: string): bigint | undefined {
  if (!/^\d{4}-.*\.\d{9}Z$/.test(text)) return undefined;
  const ms = parseInstant(`${text.slice(0, 19)}Z`);
  return ms === undefined || ms < 0 ? undefined : nsOfMs(ms) + BigInt(text.slice(20, 29));
}
