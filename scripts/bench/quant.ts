// How long a quant tick takes, its rows with their input hashes, and one event, with all windows full: five days of the 1h grid, a day
// of minutes, a week of hourly open interest. Several engines of one state live through the same events; a tick counts with the shortest
// of them, so that its percentiles are those of ticks and not of whoever else works on the machine. As in the worker, what a tick was
// written on is used again once the next one is there. Ends with 1 when a bound is missed.
import quantParams from '#params/quant.json' with { type: 'json' };
import { type QuantParams, quantParamsSchema } from '#shared/contracts/quant-params.ts';
import { QuantEngine, type QuantTick } from '#shared/quant/engine.ts';
import { QuantRows } from '#shared/quant/rows/quant-rows.ts';
import { Bounds } from './bounds.ts';
import { BenchMarket, benchUniverse } from './quant/market.ts';
import { Stopwatch } from './quant/stopwatch.ts';

const START_MS = 1_767_225_600_000;
const MINUTE_MS = 60_000;
/** Ticks that fill the windows: how far apart, and for how many minutes. Each grid sees as many of its points as it can hold. */
const FILL = [
  { everyMinutes: 60, minutes: 6 * 1440, isThin: true },
  { everyMinutes: 30, minutes: 30 * 60, isThin: true },
  { everyMinutes: 15, minutes: 6 * 60, isThin: true },
  { everyMinutes: 1, minutes: 20 * 60, isThin: true },
  // Everything that the measured ticks meet, so that the code that they run is compiled for it.
  { everyMinutes: 1, minutes: 4 * 60, isThin: false },
];
const MEASURED_TICKS = 600;
/** Rows are made of every so manieth tick only: they take longer than all the rest. */
const ROWS_EVERY = 10;
const ENGINES = 3;
/** Issue bound for 300 symbols. */
const MOST_TICK_MS = 5;
/** A tick must not be what calls the collector: it would do so once in half an hour. */
const MOST_TICK_KB = 256;

const bounds = new Bounds();
const base = quantParamsSchema.parse(quantParams);
print(measure(30, base));
const full = measure(300, base);
print(full);
bounds.atMost('p99 of a tick of 300 symbols, ms', full.tick.at(0.99), MOST_TICK_MS);
bounds.atMost('heap left by it, KB', full.tickBytes / 1024, MOST_TICK_KB);
bounds.print();
process.exitCode = bounds.missed ? 1 : 0;

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
  readonly metrics: number;
}

function measure(symbols: number, params: QuantParams): Figures {
  const market = new BenchMarket(symbols);
  const engines = filledEngines(symbols, params, market);
  const rows = new QuantRows();
  const last = new Map<QuantEngine, QuantTick>();
  let now = engines[0]!.lastTickTs;
  const [tick, sealing, folding] = [new Stopwatch(), new Stopwatch(), new Stopwatch()];
  const heap = { events: 0, ticks: [] as number[] };
  let eventCount = 0;
  let scored = 0;
  for (let i = 0; i < MEASURED_TICKS; i++) {
    const events = market.between(now, now + params.tick_ms);
    now += params.tick_ms;
    eventCount += events.length;
    const before = process.memoryUsage().heapUsed;
    folding.shortestOf(engines, (engine) => {
      for (const event of events) engine.onEvent(event);
    });
    const folded = process.memoryUsage().heapUsed;
    const result = tick.shortestOf(engines, (engine) => tickOnce(engine, now, last));
    heap.ticks.push((process.memoryUsage().heapUsed - folded) / ENGINES);
    heap.events += Math.max(0, folded - before) / ENGINES;
    if (i % ROWS_EVERY > 0) continue;
    scored = sealing.shortestOf([rows], () => rows.summary(result)).filter((row) => row.confluence_score !== null).length;
  }
  return {
    symbols,
    timeframes: params.timeframes.length,
    tick,
    rows: sealing,
    events: folding,
    eventCount,
    eventBytes: heap.events / eventCount,
    tickBytes: heap.ticks.sort((a, b) => a - b)[MEASURED_TICKS >> 1]!,
    stateMb: engines[0]!.stateBytes / 1e6,
    scored,
    metrics: metricsOf(last.get(engines[0]!)!),
  };
}

/** Engines of one state with all windows full. */
function filledEngines(symbols: number, params: QuantParams, market: BenchMarket): readonly QuantEngine[] {
  const engine = new QuantEngine(benchUniverse(symbols), params);
  let now = START_MS;
  for (const event of market.history(now)) engine.onEvent(event);
  for (const { everyMinutes, minutes, isThin } of FILL) {
    for (let minute = 0; minute < minutes; minute += everyMinutes) {
      const from = now;
      now += everyMinutes * MINUTE_MS;
      for (const event of market.between(from, now, isThin)) engine.onEvent(event);
      engine.reuse(engine.tick(now));
    }
  }
  const twins = Array.from({ length: ENGINES - 1 }, () => new QuantEngine(benchUniverse(symbols), params));
  for (const twin of twins) twin.restore(engine.snapshot());
  return [engine, ...twins];
}

function tickOnce(engine: QuantEngine, now: number, last: Map<QuantEngine, QuantTick>): QuantTick {
  const tick = engine.tick(now);
  const before = last.get(engine);
  last.set(engine, tick);
  if (before !== undefined) engine.reuse(before);
  return tick;
}

/** Values of a tick that are numbers. */
function metricsOf({ frame, layout }: QuantTick): number {
  let present = 0;
  for (let slot = 0; slot < layout.slots; slot++) if (!Number.isNaN(frame.value(slot))) present += 1;
  return present;
}

function print(figures: Figures): void {
  const { symbols, timeframes, tick, rows, events, eventCount, eventBytes, tickBytes, stateMb, scored, metrics } = figures;
  const numbers = `${metrics} numbers, ${scored} rows scored`;
  console.log(`${symbols} symbols, ${3 * symbols} instruments, ${timeframes} timeframes, ${MEASURED_TICKS} ticks: ${numbers}`);
  console.log(`  tick             ${tick.line}`);
  console.log(`  rows and hashes  ${rows.line}`);
  console.log(`  one event        ${((events.sumMs / eventCount) * 1e6).toFixed(0)} ns, ${eventBytes.toFixed(0)} heap bytes`);
  console.log(`  one tick         ${(tickBytes / 1024).toFixed(0)} KB of heap; state ${stateMb.toFixed(0)} MB\n`);
}
