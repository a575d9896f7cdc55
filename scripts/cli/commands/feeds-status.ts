import { EXIT } from '#shared/core/error-catalogue.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { CommandContext } from '../command.ts';
import { feedsText } from '../feeds-text.ts';
import type { CommandResult } from '../outcome.ts';
import { type AddressOptions, workerAddress } from '../worker-address.ts';
import { callWorker, workerJson } from '../worker-call.ts';
import { type VenueFigures, venueFigures } from '../worker-figures.ts';

/** What `/health` says and is needed here. */
export interface HealthAnswer {
  readonly line: string;
  readonly status: 'ok' | 'degraded' | 'fail';
  readonly components: readonly ({ readonly name: string; readonly state: string } & Readonly<Record<string, unknown>>)[];
}

export interface BookRow {
  readonly instrument: string;
  readonly state: string;
  readonly reason: string | null;
  readonly age_ms: number;
}

/** A row of `/api/venues`. */
export interface VenueRow {
  readonly venue: string;
  readonly clock_skew_ms: number | null;
  readonly connections: readonly {
    readonly connection: string;
    readonly phase: string;
    readonly is_stale: boolean;
    readonly last_message_age_ms: number | null;
    readonly sockets: number;
    readonly lost: number;
    readonly frames: number;
    readonly refused_frames: number;
    readonly books: readonly BookRow[];
  }[];
  readonly rest: {
    readonly polls: readonly {
      readonly task: string;
      readonly last_success: number | null;
      readonly failures: number;
      readonly last_failure: string | null;
      readonly breaker: string;
    }[];
  };
}

export interface FeedsStatus {
  readonly atMs: number;
  readonly line: string;
  readonly venues: readonly (VenueRow & VenueFigures)[];
  /** What keeps raw frames, and the embedded simulator, by the names of components. */
  readonly components: HealthAnswer['components'];
}

const TOLD_COMPONENTS: ReadonlySet<string> = new Set([
  'ws_manager',
  'rest_collector',
  'frame_recorder',
  'frame_archive',
  'simulator',
]);

/** Books, sockets, polls and recorder of a running worker. Exit code as the verdict: 0 for OK and degraded, 1 for FAIL. */
export async function feedsStatus({ signal }: CommandContext, options: AddressOptions): Promise<CommandResult> {
  const url = workerAddress(options, process.env);
  const health = await workerJson<HealthAnswer>(`${url}/health`, signal);
  const { as_of: atMs, rows } = await workerJson<{ readonly as_of: number; readonly rows: readonly VenueRow[] }>(
    `${url}/api/venues?limit=1000`,
    signal,
  );
  if (typeof health.line !== 'string' || !Array.isArray(rows)) {
    throw new LivepoolError('WORKER_UNREACHABLE', 'transient', `what answers at ${url} is no worker`, { url });
  }
  const metrics = await (await callWorker(`${url}/metrics`, { signal })).text();
  const components = health.components.filter(({ name }) => TOLD_COMPONENTS.has(name));
  const venues = rows.map((row) => ({ ...row, ...venueFigures(metrics, row.venue) }));
  const status: FeedsStatus = { atMs, line: health.line, venues, components };
  const exit = health.status === 'fail' ? EXIT.refused : EXIT.ok;
  return { exit, json: { ok: exit === EXIT.ok, url, ...status }, text: feedsText(status) };
}
