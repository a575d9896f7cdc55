import { writeSync } from 'node:fs';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { sqliteQuantStore } from '#shared/adapters/sqlite/quant-store.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { randomSession } from '../support/random-session.ts';
import { START, TICK, TickerWorld } from './ticker-world.ts';

/**
 * A worker on a file, its clock as fast as it can: `tick-worker.ts FILE HOLDER`. Goes on right after the last committed tick and
 * prints the time of each tick once it was told; `lost` when another worker took over.
 */
const [file = '', holder = ''] = process.argv.slice(2);
/** Long enough that no run of kills sees its end: a process ticks for a minute or two before it is killed. */
const MINUTES = Math.max(120, 4 * Number(process.env.LIVEPOOL_KILLS ?? 0));
const store = sqliteQuantStore({ file });
const committed = await store.committed();
const clock = manualClock(committed === null ? START - 1 : committed.tickTs + 1);
const world = new TickerWorld(store, { holder }, clock);
world.feed(randomSession('killed', START, MINUTES).filter(({ ts_recv: at }) => at > clock.nowMs()));
world.service.stream.subscribe({ topics: ['quant_update'], from: {} }, ({ text }) => {
  const { kind, data } = JSON.parse(text) as { kind: string; data: { tick_ts: number } };
  if (kind === 'delta') writeSync(1, `${data.tick_ts}\n`);
});
world.running.catch((error: unknown) => {
  writeSync(1, `${error instanceof LivepoolError ? error.code : String(error)}\n`);
  process.exit(1);
});
while (clock.nowMs() < START + MINUTES * 60_000) await world.pass(TICK);
