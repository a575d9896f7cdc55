import { expect } from 'vitest';
import type { QuantStore } from '#shared/ports/quant-store.ts';
import { START } from './ticker-world.ts';

/** Fails when any table of the store knows a tick that another one does not. Gives the ticks, oldest first. */
export async function expectWholeTicks(store: QuantStore, symbols: readonly string[] = ['BTC-USD']): Promise<readonly number[]> {
  const state = await store.committed();
  const ticks = await Promise.all(
    symbols.map(async (symbol) => {
      const { blocks } = await store.features({ symbol, fromMs: 0, toMs: START * 2, offset: 0, limit: 100_000 });
      return blocks.map(({ tickTs }) => tickTs);
    }),
  );
  const [first = []] = ticks;
  for (const each of ticks) expect(each).toEqual(first);
  expect(first).toEqual([...new Set(first)].sort((a, b) => a - b));
  const status = await store.status();
  expect(status.outbox).toBe(first.length);
  expect(state?.tickTs).toBe(first.at(-1));
  expect(status.lastTickTs).toBe(first.at(-1) ?? null);
  const summary = await store.summary();
  expect(new Set(summary.map(({ tick_ts: at }) => at))).toEqual(new Set(first.slice(-1)));
  for (const { tickTs } of await store.unsent(0, 100_000)) expect(first).toContain(tickTs);
  const { alerts } = await store.alerts(1000, 0);
  for (const { alert } of alerts) expect(first).toContain(alert.raised_at);
  for (const { tick_ts: at } of await store.latestSignals()) expect(first).toContain(at);
  return first;
}
