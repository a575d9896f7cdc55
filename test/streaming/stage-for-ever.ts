// Accepts envelopes of one print each, told by their number, and prints the number of each that is acknowledged; ends well at
// SIGTERM. Arguments: folder of the store, name of the writer, first number, count.
import { folderObjectStore } from '#shared/adapters/fs/object-store.ts';
import { openBlake3 } from '#shared/adapters/hash/blake3.ts';
import { systemClock } from '#shared/adapters/system/clock.ts';
import { coldWriter } from '#shared/streaming/cold/cold-writer.ts';
import { sealedTrades } from './sample-envelopes.ts';

const [folder = '', writer = '', first = '0', count = '0'] = process.argv.slice(2);
const clock = systemClock();
const blake3 = await openBlake3();
const silent = (): void => undefined;
const logger = { info: silent, notice: silent, warn: silent, error: silent };
const objects = folderObjectStore({ root: folder });
const component = coldWriter({ clock, logger, objects, catchUp: null }, { writer, stageRows: 40, catchUpWithinMs: 30 });
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());
const running = component.run(stop.signal);

const startMs = Date.UTC(2026, 2, 1, 7);
for (let id = Number(first); id < Number(first) + Number(count) && !stop.signal.aborted; id++) {
  component.accept(sealedTrades(blake3, startMs, [id])).then(() => process.stdout.write(`${id}\n`), silent);
  if (id % 20 === 0) await clock.sleep(5);
}
await running;
