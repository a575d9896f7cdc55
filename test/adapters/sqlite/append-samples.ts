import { writeSync } from 'node:fs';
import { sqliteSampleStore } from '#shared/adapters/sqlite/sample-store.ts';
import { btcBar, oiSample } from '../../laws/sample-rows.ts';

/** `append-samples.ts FILE FROM`: appends batches of twenty samples and a bar for ever, and says after each how many there are. */
const [file = '', from = '0'] = process.argv.slice(2);
const store = sqliteSampleStore({ file });
for (let batch = Number(from); ; batch += 1) {
  const times = Array.from({ length: 20 }, (_, n) => (batch * 20 + n) * 1_000);
  await store.append(
    times.map((at) => oiSample(at)),
    [btcBar(batch * 60_000)],
  );
  writeSync(1, `${batch + 1}\n`);
}
