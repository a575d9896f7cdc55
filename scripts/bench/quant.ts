// How long a quant tick takes, its rows with their input hashes, and one event; over more than a day of ticks, so that every window is full.
import quantParams from '#params/quant.json' with { type: 'json' };
import { type QuantParams, quantParamsSchema, type Timeframe } from '#shared/contracts/quant-params.ts';
import { QuantEngine } from '#shared/quant/engine.ts';
import { QuantRows } from '#shared/quant/rows/quant-rows.ts';
import { BenchMarket, benchUniverse } from './quant/market.ts';

const SYMBOLS = 300;
const START_MS = 1_767_225_600_000;
/** One tick a minute fills the day's windows; then every tick of some minutes is measured. */
const FILL_MINUTES = 1500;
const MEASURED_TICKS = 1200;

const base = quantParamsSchema.parse(quantParams);
for (const timeframes of [['1m'], base.timeframes] as const) {
  globalThis.gc?.();
  print(measure({ ...base, timeframes: [...timeframes] as Timeframe[] }));
}

interface Figures {
  readonly timeframes: number;
  readonly tick: Float64Array;
  readonly rows: Float64Array;
  readonly eventNs: number;
  readonly eventBytes: number;
  readonly tickBytes: number;
  readonly stateMb: number;
  readonly scored: number;
}

function measure(params: QuantParams): Figures {
  const engine = new QuantEngine(benchUniverse(SYMBOLS), params);
  const rows = new QuantRows();
  const market = new BenchMarket(SYMBOLS);
  let now = START_MS;
  for (let minute = 0; minute < FILL_MINUTES; minute++) {
    now += 60_000;
    for (const event of market.between(now - 60_000, now)) engine.onEvent(event);
    rows.summary(engine.tick(now));
  }
  const tick = new Float64Array(MEASURED_TICKS);
  const rowTimes = new Float64Array(MEASURED_TICKS);
  let eventNs = 0;
  let eventCount = 0;
  let eventBytes = 0;
  let tickBytes = 0;
  let scored = 0;
  for (let i = 0; i < MEASURED_TICKS; i++) {
    const events = market.between(now, now + params.tick_ms);
    now += params.tick_ms;
    const heap = process.memoryUsage().heapUsed;
    const begin = cpuNs();
    for (const event of events) engine.onEvent(event);
    const folded = cpuNs();
    const heapFolded = process.memoryUsage().heapUsed;
    const start = cpuNs();
    const result = engine.tick(now);
    const computed = cpuNs();
    const used = process.memoryUsage();
    const sealing = cpuNs();
    const summary = rows.summary(result);
    rowTimes[i] = (cpuNs() - sealing) / 1e6;
    tick[i] = (computed - start) / 1e6;
    eventNs += folded - begin;
    eventCount += events.length;
    if (heapFolded > heap) eventBytes += heapFolded - heap;
    if (used.heapUsed > heapFolded) tickBytes += used.heapUsed - heapFolded;
    scored = summary.filter((row) => row.confluence_score !== null).length;
  }
  return {
    timeframes: params.timeframes.length,
    tick: tick.sort(),
    rows: rowTimes.sort(),
    eventNs: eventNs / eventCount,
    eventBytes: eventBytes / eventCount,
    tickBytes: tickBytes / MEASURED_TICKS,
    stateMb: engine.stateBytes / 1e6,
    scored,
  };
}

/** CPU time of this thread: what the work costs, whoever else runs on the machine. */
function cpuNs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) * 1000;
}

function print({ timeframes, tick, rows, eventNs, eventBytes, tickBytes, stateMb, scored }: Figures): void {
  const at = (times: Float64Array, share: number): string => times[Math.floor((times.length - 1) * share)]!.toFixed(2);
  const line = (times: Float64Array): string =>
    `best ${at(times, 0)}  p50 ${at(times, 0.5)}  p99 ${at(times, 0.99)}  max ${at(times, 1)} ms`;
  console.log(
    `${SYMBOLS} symbols, ${3 * SYMBOLS} instruments, ${timeframes} timeframe(s), ${MEASURED_TICKS} ticks, ${scored} rows scored`,
  );
  console.log(`  tick              ${line(tick)}${Number(at(tick, 0.99)) < 5 ? '' : '   over 5 ms'}`);
  console.log(`  rows and hashes   ${line(rows)}`);
  console.log(`  one event         ${eventNs.toFixed(0)} ns, ${eventBytes.toFixed(1)} heap bytes`);
  console.log(`  one tick          ${(tickBytes / 1024).toFixed(0)} KB of heap objects; state ${stateMb.toFixed(0)} MB\n`);
}
