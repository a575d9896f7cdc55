import type {
  BasisEvent,
  FundingEvent,
  FundingSettledEvent,
  LiquidationEvent,
  LiquidationStatsEvent,
  LongShortEvent,
  MarkEvent,
  OpenInterestEvent,
} from '../../contracts/market-events/derivative-events.ts';
import type { TakerVolumeEvent } from '../../contracts/market-events/trade-events.ts';

export type DerivativeEvent =
  | MarkEvent
  | BasisEvent
  | FundingEvent
  | FundingSettledEvent
  | OpenInterestEvent
  | LongShortEvent
  | LiquidationEvent
  | LiquidationStatsEvent
  | TakerVolumeEvent;

/** Values of which only the newest counts are told at most this often, since some venues send them every second. */
const EVERY_MS = 10_000;

const SAMPLED: ReadonlySet<DerivativeEvent['type']> = new Set(['mark', 'basis', 'funding', 'open_interest']);

interface Told {
  tellableMs: number;
  waiting: DerivativeEvent | null;
}

/** Thins out values that come more often than anybody stores them: the first at once, then the newest every ten seconds. */
export class DerivativeSamples {
  readonly #told = new Map<string, Told>();
  #due: DerivativeEvent[] = [];

  push(event: DerivativeEvent): void {
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
  due(nowMs: number): readonly DerivativeEvent[] {
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
