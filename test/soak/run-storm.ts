import type { TimedFault } from '#shared/simulator/faults/live-fault.ts';
import type { LiveSurface } from '#shared/simulator/live/live-instrument.ts';
import { LiveSimulator } from '#shared/simulator/live-simulator.ts';
import { BookWitness } from './book-witness.ts';
import { type HeapSample, liveBytes, slopePerHour } from './heap-samples.ts';
import { memoryLine } from './memory-line.ts';
import { mutatedSections } from './mutants.ts';
import type { StormFigures, StormOptions } from './storm-figures.ts';
import { StormObserver } from './storm-observer.ts';
import { stormPlan } from './storm-plan.ts';
import { StormWorld } from './storm-world.ts';
import type { VenueLine } from './venue-line.ts';

/**
 * What memory may grow by in an hour beside the simulator's own history, bytes: in the first hour what is bounded is still filling up
 * (trade numbers of quiet instruments, requests of the health window, compiled code). Keeping one message in ten would be above it.
 */
export const MOST_SLOPE = 2 * 2 ** 20;

const SECOND_MS = 1_000;
/** Half a minute of the busiest book, which is as late as a client may be. */
const JOURNAL_CHANGES = 3_000;
/** The simulator's own log would fill up for two hours and hide what the clients keep. */
const LOG_LINES = 100;
/** A slope over less time than this is noise. */
const LEAST_SLOPE_MS = 1_800_000;

/** The product's clients in a storm of the simulator, under the eyes of the simulator's own books. */
export async function runStorm(options: StormOptions): Promise<StormFigures> {
  const simulator = newSimulator(options);
  const witness = new BookWitness(simulator);
  const observer = new StormObserver(simulator, witness);
  const line = await (options.line ?? (async (...parts) => memoryLine(...parts)))(simulator, {
    opened: (surface) => {
      witness.opened(surface);
      observer.opened(surface);
    },
    spoke: (surface) => witness.spoke(surface),
    consumed: (surface, about) => {
      // What was done to a message is known before it is judged.
      observer.readFaults();
      witness.consumed(surface, about);
    },
  });
  try {
    const { bases, surfaces, seed, mutant } = options;
    const sections = mutant === undefined ? {} : { sections: mutatedSections(mutant) };
    const startMs = simulator.nowMs;
    const world = await StormWorld.open(simulator, line, { bases, surfaces, seed, ...sections }, (event) =>
      observer.onEvent(event),
    );
    observer.begin(world);
    witness.watch((surface, symbol) => world.book(surface, symbol));
    const heap = await weather(options, { simulator, witness, observer, line, world, startMs });
    return await figuresOf(options, { simulator, witness, observer, line, world, startMs }, heap);
  } finally {
    await line.close();
  }
}

interface Parts {
  readonly simulator: LiveSimulator;
  readonly witness: BookWitness;
  readonly observer: StormObserver;
  readonly line: VenueLine;
  readonly world: StormWorld;
  readonly startMs: number;
}

/** Lets the storm pass, with a look every second; the heap on the way. */
async function weather(
  options: StormOptions,
  { witness, observer, line, world, startMs }: Parts,
): Promise<readonly HeapSample[]> {
  const { durationMs, heapSamples, signal, stopsWhenFound = false, note } = options;
  const heap: HeapSample[] = [];
  const endMs = startMs + durationMs;
  while (line.clock.nowMs() < endMs && signal?.aborted !== true && !(stopsWhenFound && witness.figures.undetected > 0)) {
    await line.clock.passUntil(Math.min(endMs, line.clock.nowMs() + SECOND_MS));
    observer.look(world);
    const atMs = line.clock.nowMs() - startMs;
    if (heap.length >= heapSamples || atMs < (heap.length * durationMs) / Math.max(1, heapSamples - 1)) continue;
    heap.push({ atMs, bytes: liveBytes() });
    note?.(progressText(heap.at(-1)!, witness, observer));
  }
  return heap;
}

function progressText({ atMs, bytes }: HeapSample, { figures }: BookWitness, { life }: StormObserver): string {
  const shares = Object.values(life).map(({ live }) => `${Math.round(live * 100)} %`);
  const minutes = Math.round(atMs / 60_000);
  const { checks, undetected } = figures;
  return `${minutes} min: ${checks} checks, ${undetected} undetected, live ${shares.join(' ')}, ${Math.round(bytes / 2 ** 20)} MiB`;
}

async function figuresOf(options: StormOptions, parts: Parts, heap: readonly HeapSample[]): Promise<StormFigures> {
  const { simulator, witness, observer, line, world, startMs } = parts;
  const { seed, scenario } = options;
  const statuses = world.statuses();
  const durationMs = line.clock.nowMs() - startMs;
  await stop(world, line);
  const isLong = heap.length > 0 && durationMs >= LEAST_SLOPE_MS;
  const ofAll = isLong ? secondHalfSlope(heap) : null;
  const ofSimulator = isLong ? secondHalfSlope(simulatorAlone(options, heap)) : null;
  const { ledger } = observer;
  const excess = (ofAll ?? 0) - (ofSimulator ?? 0);
  const growing = excess > MOST_SLOPE ? [`memory of the clients grows by ${Math.round(excess)} bytes an hour`] : [];
  return {
    seed,
    line: line.name,
    scenario,
    durationMs,
    books: world.feeds.instruments.length,
    frames: statuses.reduce((sum, { counters }) => sum + counters.frames, 0),
    witness: witness.figures,
    faults: ledger.rows(),
    unexplained: ledger.unexplained,
    unexplainedExamples: ledger.examples,
    reconnects: statuses.reduce((sum, { lost }) => sum + lost, 0),
    resyncs: observer.resyncs,
    life: observer.life,
    heap,
    heapSlopePerHour: ofAll,
    simulatorSlopePerHour: ofSimulator,
    eventLogSha256: simulator.log.hash(),
    found: [...witness.figures.examples, ...world.faults, ...growing],
  };
}

/** What sleeps is woken until everything has ended. */
async function stop(world: StormWorld, { clock }: VenueLine): Promise<void> {
  let hasEnded = false;
  const ending = world.stop().then(() => {
    hasEnded = true;
  });
  while (!hasEnded) await clock.passUntil(clock.nowMs() + 100);
  await ending;
}

/** The same weather without clients, at the same times. */
function simulatorAlone(options: StormOptions, heap: readonly HeapSample[]): readonly HeapSample[] {
  const simulator = newSimulator(options);
  const startMs = simulator.nowMs;
  return heap.map(({ atMs }) => {
    simulator.advanceTo(startMs + atMs);
    return { atMs, bytes: liveBytes() };
  });
}

function secondHalfSlope(heap: readonly HeapSample[]): number | null {
  return slopePerHour(heap.slice(Math.floor(heap.length / 2)));
}

function newSimulator({ seed, scenario, bases, levels, durationMs }: StormOptions): LiveSimulator {
  const faults: readonly TimedFault[] = scenario === 'storm' ? stormPlan(seed, durationMs, delistedOf(bases)) : [];
  return new LiveSimulator({
    seed,
    scenario,
    symbols: bases,
    levels,
    faults,
    journalChanges: JOURNAL_CHANGES,
    logLines: LOG_LINES,
  });
}

/** The last base disappears from one venue, the one before it from another. */
function delistedOf(bases: readonly string[]): Readonly<Partial<Record<LiveSurface, string>>> {
  const [last, other] = [bases.at(-1), bases.at(-2)];
  return bases.length < 3 ? {} : { gate_spot: `${last}_USDT`, kraken_futures: `PF_${other}USD` };
}
