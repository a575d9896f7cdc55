// How long a quant tick takes, its rows with their input hashes, and one event, with all windows full: five days of the 1h grid, a day
// of minutes, a week of hourly open interest. The same two and a half hours are lived through several times from the same state, and each
// tick counts with the shortest of its rounds, so that percentiles are those of ticks and not of whoever else works on the machine. As in
// the worker, what a tick was written on is used again once the next one is there. Ends with 1 when a bound is missed.
import quantParams from '#params/quant.json' with { type: 'json' };
import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';
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
/** Ticks of one round, and how often it is lived; the tick before them is not counted, since it makes anew what a restore voids. */
const TICKS = 600;
const ROUNDS = 3;
/** Rows are made of every so manieth tick only: they take longer than all the rest. */
const ROWS_EVERY = 10;
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
  readonly tickMs: number;
  /** Time of the first tick that is counted. */
  readonly firstMs: number;
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
  const market = new BenchMarket(symbols, 'quant bench');
  const engine = filledEngine(symbols, params, market);
  const filledMs = engine.lastTickTs;
  const state = engine.snapshot();
  const watches = { tick: new Stopwatch(), rows: new Stopwatch(), events: new Stopwatch() };
  const heap = { events: [] as number[], ticks: [] as number[] };
  let counts = { eventCount: 0, scored: 0, metrics: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    engine.restore(state);
    counts = live(engine, market.next(), watches, heap);
  }
  return {
    symbols,
    timeframes: params.timeframes.length,
    tickMs: params.tick_ms,
    firstMs: filledMs + 2 * params.tick_ms,
    ...watches,
    ...counts,
    eventBytes: median(heap.events) / (counts.eventCount / TICKS),
    tickBytes: median(heap.ticks),
    stateMb: engine.stateBytes / 1e6,
  };
}

/** One round. */
function live(
  engine: QuantEngine,
  market: BenchMarket,
  watches: Pick<Figures, 'tick' | 'rows' | 'events'>,
  heap: { readonly events: number[]; readonly ticks: number[] },
): Pick<Figures, 'eventCount' | 'scored' | 'metrics'> {
  const { tick_ms: tickMs } = engine.params;
  const rows = new QuantRows();
  let eventCount = 0;
  let scored = 0;
  let last = tickAfter(engine, market.between(engine.lastTickTs, engine.lastTickTs + tickMs));
  for (let i = 0; i < TICKS; i++) {
    const events = market.between(last.tickTs, last.tickTs + tickMs);
    eventCount += events.length;
    const before = process.memoryUsage().heapUsed;
    watches.events.run(i, () => fold(engine, events));
    const folded = process.memoryUsage().heapUsed;
    const tick = watches.tick.run(i, () => engine.tick(last.tickTs + tickMs));
    heap.ticks.push(process.memoryUsage().heapUsed - folded);
    heap.events.push(folded - before);
    engine.reuse(last);
    last = tick;
    if (i % ROWS_EVERY > 0) continue;
    scored = watches.rows.run(i / ROWS_EVERY, () => rows.summary(tick)).filter((row) => row.confluence_score !== null).length;
  }
  return { eventCount, scored, metrics: metricsOf(last) };
}

/** An engine with all windows full. */
function filledEngine(symbols: number, params: QuantParams, market: BenchMarket): QuantEngine {
  const engine = new QuantEngine(benchUniverse(symbols), params);
  let now = START_MS;
  fold(engine, market.history(now));
  for (const { everyMinutes, minutes, isThin } of FILL) {
    for (let minute = 0; minute < minutes; minute += everyMinutes) {
      const from = now;
      now += everyMinutes * MINUTE_MS;
      fold(engine, market.between(from, now, isThin));
      engine.reuse(engine.tick(now));
    }
  }
  return engine;
}

function tickAfter(engine: QuantEngine, events: readonly MarketEvent[]): QuantTick {
  fold(engine, events);
  return engine.tick(engine.lastTickTs + engine.params.tick_ms);
}

function fold(engine: QuantEngine, events: readonly MarketEvent[]): void {
  for (const event of events) engine.onEvent(event);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** Values of a tick that are numbers. */
function metricsOf({ frame, layout }: QuantTick): number {
  let present = 0;
  for (let slot = 0; slot < layout.slots; slot++) if (!Number.isNaN(frame.value(slot))) present += 1;
  return present;
}

/** Median tick at each place of the clock: those that close a window do more. */
function placesLine({ tick, firstMs, tickMs }: Figures): string {
  const minuteTicks = MINUTE_MS / tickMs;
  const timeOf = (piece: number): number => firstMs + piece * tickMs;
  const medianOf = (isWanted: (ms: number) => boolean): string => tick.at(0.5, (piece) => isWanted(timeOf(piece))).toFixed(2);
  const within = Array.from({ length: minuteTicks }, (_, at) => medianOf((ms) => (ms / tickMs) % minuteTicks === at));
  const hour = medianOf((ms) => ms % (60 * MINUTE_MS) === 0);
  const afterHour = medianOf((ms) => (ms - tickMs) % (60 * MINUTE_MS) === 0);
  return `p50 at full minutes and behind them ${within.join(', ')}; at full hours and behind them ${hour}, ${afterHour} ms`;
}

function print(figures: Figures): void {
  const { symbols, timeframes, tick, rows, events, eventCount, eventBytes, tickBytes, stateMb, scored, metrics } = figures;
  const numbers = `${metrics} numbers, ${scored} rows scored`;
  console.log(`${symbols} symbols, ${3 * symbols} instruments, ${timeframes} timeframes, ${TICKS} ticks: ${numbers}`);
  console.log(`  tick             ${tick.line}`);
  console.log(`  … by its place   ${placesLine(figures)}`);
  console.log(`  … as lived       ${tick.livedLine}`);
  console.log(`  rows and hashes  ${rows.line}`);
  console.log(`  one event        ${((events.sumMs / eventCount) * 1e6).toFixed(0)} ns, ${eventBytes.toFixed(0)} heap bytes`);
  console.log(`  one tick         ${(tickBytes / 1024).toFixed(0)} KB of heap; state ${stateMb.toFixed(0)} MB\n`);
}
