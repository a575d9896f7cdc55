import { measured, peakMemoryMb } from './measured.ts';
import { columnarPeer } from './rolling/columnar-peer.ts';
import { longTable, ourColumns, ROLLING_COLUMNS } from './rolling/columns.ts';
import { syntheticMarket } from './synthetic-market.ts';

/**
 * Rolling windows of the pool's features against the best columnar library in npm, in the same process on the same data:
 * `node scripts/bench/rolling-features.ts [symbols] [days]`. CPU time counts every thread.
 */
const [symbols = 100, days = 2000] = process.argv.slice(2).map(Number);
const ROUNDS = 3;

const table = longTable(syntheticMarket(symbols, days).candles);
const peer = columnarPeer((line) => console.log(line));
const theirColumns = peer.load(table);

const ours = await best(() => ourColumns(table));
const theirs = await best(theirColumns);
const handedOver = await measured(theirs.value);
const rows = table.close.length;
console.log(`${ROLLING_COLUMNS.length} rolling columns, ${symbols} symbols × ${days} days = ${rows} rows, best of ${ROUNDS}`);
for (const [name, { cpuMs, wallMs }] of [['livepool', ours] as const, [peer.name, theirs] as const]) {
  const perValue = (1e6 * cpuMs) / (rows * ROLLING_COLUMNS.length);
  console.log(`  ${name.padEnd(20)} CPU ${cpuMs.toFixed(0)} ms, wall ${wallMs.toFixed(0)} ms, ${perValue.toFixed(1)} ns a value`);
}
const ratio = (cpuMs: number): string => (cpuMs / ours.cpuMs).toFixed(2);
console.log(`  CPU ratio ${peer.name} / livepool: ${ratio(theirs.cpuMs)} to compute`);
console.log(
  `    ${ratio(theirs.cpuMs + handedOver.cpuMs)} with handing the columns over to JavaScript (${handedOver.cpuMs.toFixed(0)} ms)`,
);
console.log(`  largest relative difference where both have a value: ${largestDifference().toExponential(1)}`);
console.log(`  peak memory ${peakMemoryMb().toFixed(0)} MB`);

async function best<T>(work: () => T): Promise<{ readonly value: T; readonly cpuMs: number; readonly wallMs: number }> {
  let fastest = await measured(work);
  for (let round = 1; round < ROUNDS; round++) {
    const next = await measured(work);
    if (next.cpuMs < fastest.cpuMs) fastest = next;
  }
  return fastest;
}

function largestDifference(): number {
  let largest = 0;
  for (const [j, column] of ours.value.entries()) {
    for (let row = 0; row < rows; row++) {
      const other = handedOver.value[j]![row];
      if (Number.isNaN(column[row]!) || other === null || other === undefined) continue;
      largest = Math.max(largest, Math.abs(other - column[row]!) / Math.abs(column[row]!));
    }
  }
  return largest;
}
