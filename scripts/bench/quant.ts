// How long a quant tick takes, its rows with their input hashes, and one event, with the day's windows full. Several engines live
// through the same events; a tick counts with the shortest of them, so that its percentiles are those of ticks and not of whoever
// else works on the machine. Ends with 1 when the bound is missed.
import quantParams from '#params/quant.json' with { type: 'json' };
import { type QuantParams, quantParamsSchema } from '#shared/contracts/quant-params.ts';
import { QuantEngine } from '#shared/quant/engine.ts';
import { QuantRows } from '#shared/quant/rows/quant-rows.ts';
import { Bounds } from './bounds.ts';
import { BenchMarket, benchUniverse } from './quant/market.ts';
import { Stopwatch } from './quant/stopwatch.ts';

const START_MS = 1_767_225_600_000;
/** One tick a minute fills the day's windows. */
const FILL_MINUTES = 1500;
const MEASURED_TICKS = 600;
const ENGINES = 2;
/** Issue bound for 300 symbols. */
const MOST_TICK_MS = 5;

const bounds = new Bounds();
const base = quantParamsSchema.parse(quantParams);
print(measure(30, base));
const full = measure(300, base);
print(full);
bounds.atMost('p99 of a tick of 300 symbols, ms', full.tick.at(0.99), MOST_TICK_MS);
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
}

function measure(symbols: number, params: QuantParams): Figures {
  const engines = Array.from({ length: ENGINES }, () => new QuantEngine(benchUniverse(symbols), params));
  const rows = new QuantRows();
  const market = new BenchMarket(symbols);
  let now = START_MS;
  for (let minute = 0; minute < FILL_MINUTES; minute++) {
    now += 60_000;
    const events = market.between(now - 60_000, now);
    for (const engine of engines) {
      for (const event of events) engine.onEvent(event);
      engine.tick(now);
    }
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
    folding.shortestOf(engines, (engine) => {
      for (const event of events) engine.onEvent(event);
    });
    const folded = process.memoryUsage().heapUsed;
    const result = tick.shortestOf(engines, (engine) => engine.tick(now));
    heap.ticks += Math.max(0, process.memoryUsage().heapUsed - folded) / ENGINES;
    heap.events += Math.max(0, folded - before) / ENGINES;
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
    tickBytes: heap.ticks / MEASURED_TICKS,
    stateMb: engines[0]!.stateBytes / 1e6,
    scored,
  };
}

function print({ symbols, timeframes, tick, rows, events, eventCount, eventBytes, tickBytes, stateMb, scored }: Figures): void {
  console.log(
    `${symbols} symbols, ${3 * symbols} instruments, ${timeframes} timeframe(s), ${MEASURED_TICKS} ticks, ${scored} rows scored`,
  );
  console.log(`  tick             ${tick.line}`);
  console.log(`  rows and hashes  ${rows.line}`);
  console.log(`  one event        ${((events.sumMs / eventCount) * 1e6).toFixed(0)} ns, ${eventBytes.toFixed(0)} heap bytes`);
  console.log(`  one tick         ${(tickBytes / 1024).toFixed(0)} KB of heap; state ${stateMb.toFixed(0)} MB\n`);
}
