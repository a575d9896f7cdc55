import { expect } from 'vitest';
import { memoryObjectStore } from '#shared/adapters/memory/object-store.ts';
import { coldStore } from '#shared/adapters/parquet/cold-store.ts';
import { DEFAULT_LAYOUT } from '#shared/cold/append-rows.ts';
import { compact } from '#shared/cold/compact.ts';
import { TRADES } from '#shared/cold/market-tables.ts';
import { MARKET_TOPICS } from '#shared/contracts/names.ts';
import type { Blake3 } from '#shared/ports/blake3.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { OrderedBus, OrderedMessage, OrderedSource } from '#shared/ports/ordered-bus.ts';
import { coldWriter } from '#shared/streaming/cold/cold-writer.ts';
import { envelopeMessage } from '#shared/streaming/envelope/envelope-message.ts';
import { sealedTrades } from './sample-envelopes.ts';

export const SMOKE_TOPIC = MARKET_TOPICS.trades;
export const SMOKE_SUBSCRIPTIONS = { writer: 'md-trades-to-worker', dead: 'md-trades-dlq-to-people' };

const START = Date.UTC(2026, 2, 1, 7);
const ENVELOPES = 1_000;
/** Every hundredth is damaged on its way. */
const DAMAGED = Array.from({ length: 10 }, (_, i) => 100 * i + 37);

export interface SmokeWorld {
  readonly blake3: Blake3;
  readonly bus: OrderedBus & OrderedSource;
  readonly clock: Clock;
  readonly until: (isDone: () => boolean) => Promise<void>;
}

/**
 * The smoke test of data platform spec §3: of 1,000 envelopes, 10 with a flipped byte, 990 are accepted and exactly those 10 become
 * dead letters; sent three times, each leaves one row.
 */
export async function deliverySmoke({ blake3, bus, clock, until }: SmokeWorld): Promise<void> {
  const messages = Array.from({ length: ENVELOPES }, (_, id) => envelopeMessage(sealedTrades(blake3, START, [id])));
  const sound = messages.filter((_, id) => !DAMAGED.includes(id));
  const objects = memoryObjectStore();
  const log = (): void => undefined;
  const logger = { info: log, notice: log, warn: log, error: log };
  const catchUp = { bus, blake3, subscriptions: [{ topic: SMOKE_TOPIC, subscription: SMOKE_SUBSCRIPTIONS.writer }] };
  const writer = coldWriter({ clock, logger, objects, catchUp }, { writer: 'w', catchUpWithinMs: 100 });
  const stop = new AbortController();
  const dead = new Map<string, string>();
  const running = [
    writer.run(stop.signal),
    bus.run(SMOKE_SUBSCRIPTIONS.dead, async ({ attributes }) => void dead.set(attributes.seq!, attributes.reason!), stop.signal),
  ];
  const measured = () => writer.health!(clock.nowMs()).measured;

  await sendAll(
    bus,
    messages.map((message, id) => (DAMAGED.includes(id) ? flipped(message, id) : message)),
  );
  await until(() => measured().received_total! >= sound.length && dead.size >= DAMAGED.length);
  for (let again = 0; again < 2; again++) await sendAll(bus, sound);
  await until(() => measured().received_total! >= 3 * sound.length);
  stop.abort();
  let isOver = false;
  const over = Promise.all(running).finally(() => {
    isOver = true;
  });
  await until(() => isOver);
  await over;

  expect([...dead].sort((a, b) => Number(a[0]) - Number(b[0]))).toEqual(
    DAMAGED.map((id) => [String(id + 1), 'checksum_mismatch']),
  );
  expect(measured().dlq_messages_total).toBe(DAMAGED.length);
  const deps = { objects, cold: coldStore(objects, { root: 'cold' }) };
  await compact(deps, DEFAULT_LAYOUT, { nowMs: START, includeOpen: true });
  const ids: number[] = [];
  for await (const { columns } of deps.cold.readParquet(TRADES, { from: START, to: START + 3_600_000 }, ['trade_id'])) {
    ids.push(...Array.from(columns.trade_id!, Number));
  }
  expect(ids).toEqual(messages.map((_, id) => id).filter((id) => !DAMAGED.includes(id)));
}

async function sendAll(bus: OrderedBus, messages: readonly OrderedMessage[]): Promise<void> {
  for (let at = 0; at < messages.length; at += 100) await bus.send(SMOKE_TOPIC, messages.slice(at, at + 100));
}

function flipped(message: OrderedMessage, seed: number): OrderedMessage {
  const data = Uint8Array.from(message.data);
  data[seed % data.length]! ^= 1;
  return { ...message, data };
}
