import type { LiveSurface } from '#shared/simulator/live/live-instrument.ts';
import type { LiveSimulator } from '#shared/simulator/live-simulator.ts';
import type { ScenarioName } from '#shared/simulator/scenarios.ts';
import type { WitnessFigures } from './book-witness.ts';
import type { FaultRow } from './fault-ledger.ts';
import type { HeapSample } from './heap-samples.ts';
import type { Mutant } from './mutants.ts';
import type { LifeShares } from './surface-life.ts';
import type { LineEvents, VenueLine } from './venue-line.ts';

export interface StormOptions {
  readonly seed: string;
  /** Simulated time. */
  readonly durationMs: number;
  readonly bases: readonly string[];
  readonly surfaces: readonly LiveSurface[];
  /** Levels on each side of a usual book. */
  readonly levels: number;
  readonly scenario: ScenarioName;
  /** Default: in memory. */
  readonly line?: (simulator: LiveSimulator, events: LineEvents) => Promise<VenueLine>;
  readonly mutant?: Mutant;
  /** Heap samples, evenly over the time; 0 takes none. */
  readonly heapSamples: number;
  /** Ends with the first wrong book. */
  readonly stopsWhenFound?: boolean;
  readonly signal?: AbortSignal;
  readonly note?: (line: string) => void;
}

export interface StormFigures {
  readonly seed: string;
  readonly line: string;
  readonly scenario: ScenarioName;
  /** Simulated time that passed. */
  readonly durationMs: number;
  readonly books: number;
  readonly frames: number;
  readonly witness: WitnessFigures;
  readonly faults: readonly FaultRow[];
  /** Books out of life, and polls without answers, that no fault explains. */
  readonly unexplained: number;
  readonly unexplainedExamples: readonly string[];
  readonly reconnects: number;
  /** Books that came back to life. */
  readonly resyncs: number;
  /** How books spent their time, by surface. */
  readonly life: LifeShares;
  /** Simulator, clients and judge together. */
  readonly heap: readonly HeapSample[];
  /** Bytes an hour over the second half; null without enough samples. */
  readonly heapSlopePerHour: number | null;
  /** The same of the simulator alone, run again without clients. */
  readonly simulatorSlopePerHour: number | null;
  /** SHA-256 over everything asked, connected and broken: the same for the same seed in memory. */
  readonly eventLogSha256: string;
  /** What must not be: wrong books, dead feeds, growing memory. */
  readonly found: readonly string[];
}
