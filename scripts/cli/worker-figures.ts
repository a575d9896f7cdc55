/** What the metrics of a worker say of a venue. */
export interface VenueFigures {
  /** Upper bounds of the time from the venue's stamp to ours in which so many of a hundred messages came, ms; null without any. */
  readonly latency_ms: { readonly p50: number; readonly p95: number; readonly p99: number } | null;
  /** What is left of the budgets that the venue tells, by endpoint. */
  readonly rate_limit_remaining: Readonly<Record<string, number>>;
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** Reads the Prometheus text of a worker; names may have any prefix. */
export function venueFigures(text: string, venue: string): VenueFigures {
  const buckets = samplesOf(text, 'latency_seconds_bucket')
    .filter(([{ component }]) => component === `venue_${venue}`)
    .map(([{ le = '' }, count]) => [le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), count] as const)
    .toSorted(([a], [b]) => a - b);
  const remaining = samplesOf(text, 'rate_limit_remaining').filter(([{ provider }]) => provider === venue);
  return {
    latency_ms: latencyOf(buckets),
    rate_limit_remaining: Object.fromEntries(remaining.map(([{ endpoint = '' }, value]) => [endpoint, value])),
  };
}

function latencyOf(buckets: readonly (readonly [bound: number, count: number])[]): VenueFigures['latency_ms'] {
  const total = buckets.at(-1)?.[1] ?? 0;
  if (total === 0) return null;
  const within = (share: number): number => (buckets.find(([, count]) => count >= share * total)?.[0] ?? 0) * 1_000;
  return { p50: within(0.5), p95: within(0.95), p99: within(0.99) };
}

function samplesOf(text: string, name: string): readonly Sample[] {
  const line = new RegExp(`^(?:[a-z0-9]+_)?${name}\\{([^}]*)\\} (\\S+)$`, 'gm');
  return [...text.matchAll(line)].map(([, labels = '', value]) => [
    Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', label = '']) => [key, label])),
    Number(value),
  ]);
}
