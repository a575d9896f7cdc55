import type { QuantParams } from '../contracts/quant-params.ts';
import { DerivativeMemory, InstrumentMemory } from './instrument-memory.ts';
import { StateArena } from './state/state-arena.ts';
import { SymbolMemory } from './symbol-memory.ts';

const LAST_TICK = 0;
const TICKS = 1;

/** All that an engine remembers, in one arena. */
export class EngineMemory {
  readonly arena = new StateArena();
  readonly instruments: InstrumentMemory;
  readonly derivatives: DerivativeMemory;
  readonly symbols: SymbolMemory;
  readonly #clock: Float64Array;

  constructor(rows: Readonly<Record<'instruments' | 'derivatives' | 'symbols', number>>, params: QuantParams) {
    this.#clock = this.arena.take(2);
    this.#clock[LAST_TICK] = -1;
    this.instruments = new InstrumentMemory(this.arena, rows.instruments, params);
    this.derivatives = new DerivativeMemory(this.arena, rows.derivatives, params);
    this.symbols = new SymbolMemory(this.arena, rows.symbols, params);
  }

  /** Time of the last tick, −1 before the first. */
  get lastTickTs(): number {
    return this.#clock[LAST_TICK]!;
  }

  /** Ticks since the start. */
  get ticks(): number {
    return this.#clock[TICKS]!;
  }

  ticked(tickTs: number): void {
    this.#clock[LAST_TICK] = tickTs;
    this.#clock[TICKS] = this.#clock[TICKS]! + 1;
  }

  /** Keeps windows, which know their own times, and forgets what counts ticks. */
  startAgain(): void {
    this.#clock[TICKS] = 0;
    this.symbols.biases.reset();
  }
}
