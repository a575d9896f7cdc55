// How long a quant tick takes, its rows with their input hashes, and one event, with the day's windows full. Wall times are of this
// run and suffer from whoever else runs; mean CPU does not. CPU is counted by the system in steps of milliseconds: only means count.
import quantParams from '#params/quant.json' with { type: 'json' };
import { type QuantParams, quantParamsSchema } from '#shared/contracts/quant-params.ts';
import { QuantEngine } from '#shared/quant/engine.ts';
import { QuantRows } from '#shared/quant/rows/quant-rows.ts';
import { BenchMarket, benchUniverse } from './quant/market.ts';
import { Stopwatch } from './quant/stopwatch.ts';

const START_MS = 1_767_225_600_000;
/** One tick a minute fills the day's windows. */
const FILL_MINUTES = 1500;
const MEASURED_TICKS = 600;

const base = quantParamsSchema.parse(quantParams);
// The first fits into one time slice of a busy machine; ten of it are what the second costs on a quiet one.
print(measure(30, { ...base, timeframes: ['1m'] }));
print(measure(300, { ...base, timeframes: ['1m'] }));
print(measure(300, base));

interface Figures {
  readonly symbols: number;
  readonly timeframes: number;
  readonly tick: Stopwatch;
  readonly rows: Stopwatch;
  readonly events: Stopwatch;
  readonly eventCount: number;
  readonly eventBytes: number;
  readonly tickBytes: number;
  readonly stateMb: number;
  readonly scored: number;
}

function measure(symbols: number, params: QuantParams): Figures {
  const engine = new QuantEngine(benchUniverse(symbols), params);
  const rows = new QuantRows();
  const market = new BenchMarket(symbols);
  let now = START_MS;
  for (let minute = 0; minute < FILL_MINUTES; minute++) {
    now += 60_000;
    for (const event of market.between(now - 60_000, now)) engine.onEvent(event);
    engine.tick(now);
  }
  const [tick, sealing, folding] = [new Stopwatch(), new Stopwatch(), new Stopwatch()];
  const heap = { events: 0, ticks: 0 };
  let eventCount = 0;
  let scored = 0;
  for (let i = 0; i < MEASURED_TICKS; i++) {
    const events = market.between(now, now + params.tick_ms);
    now += params.tick_ms;
    eventCount += events.length;
    const before = process.memoryUsage().heapUsed;
    folding.time(() => {
      for (const event of events) engine.onEvent(event);
    });
    const folded = process.memoryUsage().heapUsed;
    const result = tick.time(() => engine.tick(now));
    heap.ticks += Math.max(0, process.memoryUsage().heapUsed - folded);
    heap.events += Math.max(0, folded - before);
    scored = sealing.time(() => rows.summary(result)).filter((row) => row.confluence_score !== null).length;
  }
  return {
    symbols,
    timeframes: params.timeframes.length,
    tick,
    rows: sealing,
    events: folding,
    eventCount,
    eventBytes: heap.events / eventCount,
    tickBytes: heap.ticks / MEASURED_TICKS,
    stateMb: engine.stateBytes / 1e6,
    scored,
  };
}

function print({ symbols, timeframes, tick, rows, events, eventCount, eventBytes, tickBytes, stateMb, scored }: Figures): void {
  console.log(
    `${symbols} symbols, ${3 * symbols} instruments, ${timeframes} timeframe(s), ${MEASURED_TICKS} ticks, ${scored} rows scored`,
  );
  console.log(`  tick             ${tick.line}`);
  console.log(`  rows and hashes  ${rows.line}`);
  console.log(
    `  one event        ${((events.cpuMs / eventCount) * 1e6).toFixed(0)} ns of CPU, ${eventBytes.toFixed(0)} heap bytes`,
  );
  console.log(`  one tick         ${(tickBytes / 1024).toFixed(0)} KB of heap; state ${stateMb.toFixed(0)} MB\n`);
}
