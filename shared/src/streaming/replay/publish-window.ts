import { coldDump } from '../../cold/dump.ts';
import { partitionRange, partitionsIn } from '../../cold/partition.ts';
import { tableByName } from '../../cold/tables.ts';
import type { StreamEnvelope } from '../../contracts/stream-envelope.ts';
import { sha256Hex } from '../../core/sha256.ts';
import type { Blake3 } from '../../ports/blake3.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ColdRow, ColdStore, TimeRange } from '../../ports/cold-store.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { OrderedBus } from '../../ports/ordered-bus.ts';
import { envelopeMessage } from '../envelope/envelope-message.ts';
import { PUBLISH_LIMITS } from '../publish/publish-buffer.ts';
import { rowEnvelope } from './row-envelope.ts';

export interface PublishWindowDeps {
  readonly cold: ColdStore;
  /** Rows that are staged are among the others. */
  readonly objects: ObjectStore;
  readonly blake3: Blake3;
  readonly clock: Clock;
  /** Takes a page of envelopes, in the order of their times; resolves once all of them are kept. */
  readonly send: (page: readonly StreamEnvelope[]) => Promise<void>;
  readonly onProgress: (published: PublishedWindow) => void;
}

export interface PublishWindowInput {
  readonly table: string;
  readonly range: TimeRange;
  /** Canonical symbol; absent = all. */
  readonly symbol?: string;
  /** Only what was known then, ms. */
  readonly asOfMs: number;
  /** Envelopes a second; null = as fast as they are taken. */
  readonly ratePerS: number | null;
  readonly region: string;
  readonly replayId: string;
}

export interface PublishedWindow {
  readonly envelopes: number;
  readonly replayId: string;
  /** Time of the newest row that was sent, ms; null before the first. */
  readonly lastTs: number | null;
}

/** Envelopes that are sent at once; at a low rate fewer, so that they come evenly. */
const PAGE = 500;
const PAGES_A_SECOND = 10;

/** The same window has the same id, so that what was sent twice is known by it. */
export function replayIdOf(table: string, { from, to }: TimeRange, symbol = ''): string {
  return `cold-${sha256Hex([table, from, to, symbol].join('|')).slice(0, 12)}`;
}

/**
 * Pages a window of the cold tier into envelopes (data platform spec §3), partition by partition, each row in its newest version, at a
 * steady rate. Resolves with what was sent; stops between pages when `signal` aborts. Throws as `coldDump` and `rowEnvelope`
 * refuse; partitions that do not exist are passed over.
 */
export async function publishWindow(
  deps: PublishWindowDeps,
  input: PublishWindowInput,
  signal: AbortSignal,
): Promise<PublishedWindow> {
  const { clock, blake3 } = deps;
  const schema = tableByName(input.table);
  const sequences = new Map<string, number>();
  const beganMs = clock.nowMs();
  const mostInPage = input.ratePerS === null ? PAGE : Math.max(1, Math.min(PAGE, Math.floor(input.ratePerS / PAGES_A_SECOND)));
  let published: PublishedWindow = { envelopes: 0, replayId: input.replayId, lastTs: null };
  for await (const rows of pagesOf(windowRows(deps, input), mostInPage)) {
    if (signal.aborted) break;
    const page = rows.map((row) => {
      const line = `${String(row.venue)}:${String(row.symbol)}`;
      const seq = (sequences.get(line) ?? 0) + 1;
      sequences.set(line, seq);
      return rowEnvelope(blake3, schema, row, { replayId: input.replayId, region: input.region, seq });
    });
    await deps.send(page);
    published = { ...published, envelopes: published.envelopes + page.length, lastTs: Number(rows.at(-1)!.ts) };
    deps.onProgress(published);
    const dueMs = input.ratePerS === null ? 0 : beganMs + (published.envelopes / input.ratePerS) * 1_000;
    if (dueMs > clock.nowMs()) await clock.sleep(dueMs - clock.nowMs(), signal).catch(() => undefined);
  }
  return published;
}

/** Sends a page to a topic: side by side by key, within a key in order and in batches that a request may carry. */
export function topicSender(bus: OrderedBus, topic: string): PublishWindowDeps['send'] {
  return async (page) => {
    const lines = Map.groupBy(
      page.map((envelope) => envelopeMessage(envelope)),
      ({ orderingKey }) => orderingKey,
    );
    await Promise.all(
      [...lines.values()].map(async (messages) => {
        const { batchMessages } = PUBLISH_LIMITS;
        for (let at = 0; at < messages.length; at += batchMessages) await bus.send(topic, messages.slice(at, at + batchMessages));
      }),
    );
  };
}

/** Rows of the window, one partition in memory at a time. */
async function* windowRows({ cold, objects }: PublishWindowDeps, input: PublishWindowInput): AsyncGenerator<ColdRow> {
  const { table, range, symbol, asOfMs } = input;
  const schema = tableByName(table);
  const columns = schema.columns.map(({ name }) => name);
  for (const dt of partitionsIn(schema.grain, range)) {
    const whole = partitionRange(schema.grain, dt);
    const piece = { from: Math.max(whole.from, range.from), to: Math.min(whole.to, range.to) };
    const only = symbol === undefined ? {} : { symbol };
    const dumped = await coldDump(
      cold,
      { table, columns, format: 'parquet', range: piece, asOfMs, allowGaps: true, ...only },
      objects,
    );
    if (dumped.ok) yield* dumped.value.rows;
  }
}

async function* pagesOf(rows: AsyncIterable<ColdRow>, most: number): AsyncGenerator<readonly ColdRow[]> {
  let page: ColdRow[] = [];
  for await (const row of rows) {
    page.push(row);
    if (page.length < most) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
