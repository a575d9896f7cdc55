import type { DerivativeEvent } from '../../contracts/market-events/derivative-events.ts';
import type { TakerVolumeEvent } from '../../contracts/market-events/trade-events.ts';

/** What is told of a derivative, taker volumes among it. */
export type DerivativeSample = DerivativeEvent | TakerVolumeEvent;

/** Values of which only the newest counts are told at most this often, since some venues send them every second. */
const EVERY_MS = 10_000;

const SAMPLED: ReadonlySet<DerivativeSample['type']> = new Set(['mark', 'basis', 'funding', 'open_interest']);

interface Told {
  tellableMs: number;
  waiting: DerivativeSample | null;
}

/** Thins out values that come more often than anybody stores them: the first at once, then the newest every ten seconds. */
export class DerivativeSamples {
  readonly #told = new Map<string, Told>();
  #due: DerivativeSample[] = [];

  push(event: DerivativeSample): void {
    if (!SAMPLED.has(event.type)) {
      this.#due.push(event);
      return;
    }
    const key = `${event.instrument} ${event.type}`;
    const told = this.#told.get(key) ?? { tellableMs: 0, waiting: null };
    this.#told.set(key, told);
    told.waiting = event;
    if (event.ts_recv >= told.tellableMs) this.#tell(told, event.ts_recv);
  }

  /** What may be told at `nowMs`; `Infinity` = all that waits. */
  due(nowMs: number): readonly DerivativeSample[] {
    for (const told of this.#told.values()) if (nowMs >= told.tellableMs) this.#tell(told, nowMs);
    const due = this.#due;
    this.#due = [];
    return due;
  }

  #tell(told: Told, nowMs: number): void {
    if (told.waiting === null) return;
    this.#due.push(told.waiting);
    told.waiting = null;
    told.tellableMs = nowMs + EVERY_MS;
  }
}
