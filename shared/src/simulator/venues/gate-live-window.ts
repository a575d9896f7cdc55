/** Bar lengths of Gate, ms. */
export const GATE_INTERVALS: Readonly<Record<string, number>> = {
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '30m': 1_800_000,
  '1h': 3_600_000,
  '2h': 7_200_000,
  '4h': 14_400_000,
  '8h': 28_800_000,
  '1d': 86_400_000,
  '7d': 604_800_000,
};

/** Bars that `from`, `to` (seconds) and `limit` ask for: the newest without `from`, the oldest with it. */
export function liveCandleWindow(
  query: URLSearchParams,
  lengthMs: number,
  nowMs: number,
  most: number,
): { readonly fromMs: number; readonly toMs: number } {
  const number = (name: string): number | undefined =>
    /^\d{1,12}$/.test(query.get(name) ?? '') ? Number(query.get(name)) : undefined;
  const toMs = Math.min(nowMs, (number('to') ?? Number.POSITIVE_INFINITY) * 1000);
  const newest = Math.floor(toMs / lengthMs) * lengthMs;
  const from = number('from');
  if (from === undefined) return { fromMs: newest - (Math.min(most, number('limit') ?? 100) - 1) * lengthMs, toMs: newest };
  const first = Math.ceil((from * 1000) / lengthMs) * lengthMs;
  return { fromMs: first, toMs: Math.min(newest, first + (Math.min(most, number('limit') ?? most) - 1) * lengthMs) };
}
