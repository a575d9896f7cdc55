import { type SeededRandom, seededRandom } from '../../core/seeded-random.ts';
import type { LiveSurface } from '../live/live-instrument.ts';
import type { LiveMarket } from '../live/live-market.ts';
import type { StreamFrame } from '../streams/stream-session.ts';
import { cutText, withBadChecksum, withOtherDigit } from './frame-damage.ts';
import { type FaultRecord, type FrameFaultKind, isFrameFault, type LiveFault } from './live-fault.ts';

const KEPT_RECORDS = 50_000;

/** A fault that waits for its next message. */
interface Armed {
  readonly fault: LiveFault & { readonly kind: FrameFaultKind };
  left: number;
}

/** A fault that lasts. */
interface Window {
  readonly fault: LiveFault;
  readonly untilUs: number;
  hits: number;
}

/** What becomes of one outgoing message. */
export type FrameFate =
  | { readonly deliver: readonly StreamFrame[] }
  /** To be sent after the next book message of the same symbol. */
  | { readonly hold: StreamFrame };

/** Knows which faults are armed or lasting, decides what becomes of messages, and writes down everything that really happened. */
export class FaultDesk {
  readonly #market: LiveMarket;
  readonly #random: SeededRandom;
  readonly #records: FaultRecord[] = [];
  readonly #onRecord: (record: FaultRecord) => void;
  readonly #skewUs = new Map<LiveSurface, number>();
  #armed: Armed[] = [];
  #windows: Window[] = [];

  constructor(market: LiveMarket, onRecord: (record: FaultRecord) => void) {
    this.#market = market;
    this.#random = seededRandom(`${market.seed}/live/faults`);
    this.#onRecord = onRecord;
  }

  /** Oldest first; the newest 50 000. */
  get records(): readonly FaultRecord[] {
    return this.#records;
  }

  /** Faults that wait for a message to hit. */
  get pending(): readonly LiveFault[] {
    return this.#armed.map(({ fault }) => fault);
  }

  record(fault: Pick<FaultRecord, 'kind' | 'surface'>, what: Partial<FaultRecord>): void {
    const atMs = this.#market.schedule.nowMs;
    const none = { symbol: null, connection: null, sequence: null, detail: '' };
    const record: FaultRecord = { ...none, atMs, phase: 'hit', ...what, kind: fault.kind, surface: fault.surface };
    this.#records.push(record);
    if (this.#records.length > KEPT_RECORDS) this.#records.shift();
    this.#onRecord(record);
  }

  /** The next matching book messages meet this fault. */
  arm(fault: LiveFault): void {
    if (!isFrameFault(fault.kind)) return;
    const armed = { fault: { ...fault, kind: fault.kind }, left: fault.count ?? 1 };
    this.#armed.push(armed);
    this.expire(fault, () => {
      const wasLeft = this.#armed.includes(armed);
      this.#armed = this.#armed.filter((other) => other !== armed);
      return wasLeft;
    });
  }

  /** Withdraws a waiting fault after its `durationMs`, and says so when some of it was left; `withdraw` answers that. */
  expire(fault: LiveFault, withdraw: () => boolean): void {
    if (fault.durationMs === undefined) return;
    this.#market.schedule.after(fault.durationMs * 1000, () => {
      if (withdraw()) this.record(fault, { phase: 'missed', symbol: fault.symbol ?? null });
    });
  }

  /** Lasts for `durationMs`; `onEnd` runs after it. */
  open(fault: LiveFault, durationMs: number, onEnd: () => void = () => {}): void {
    const { schedule } = this.#market;
    const window: Window = { fault, untilUs: schedule.nowUs + durationMs * 1000, hits: 0 };
    this.#windows.push(window);
    this.record(fault, { phase: 'begin', symbol: fault.symbol ?? null, detail: `for ${durationMs} ms` });
    schedule.after(durationMs * 1000, () => {
      if (!this.#windows.includes(window)) return;
      this.#windows = this.#windows.filter((other) => other !== window);
      this.record(fault, { phase: 'end', symbol: fault.symbol ?? null, detail: `hit ${window.hits}` });
      onEnd();
    });
  }

  /** The lasting fault of a kind on a surface, if any; counts as a hit. */
  lasting(kind: LiveFault['kind'], surface: LiveSurface, symbol?: string): LiveFault | undefined {
    const window = this.#windows.find(
      ({ fault }) =>
        fault.kind === kind &&
        fault.surface === surface &&
        (fault.symbol === undefined || symbol === undefined || fault.symbol === symbol),
    );
    if (window !== undefined) window.hits += 1;
    return window?.fault;
  }

  skewUs(surface: LiveSurface): number {
    return this.#skewUs.get(surface) ?? 0;
  }

  addSkewMs(surface: LiveSurface, ms: number): void {
    this.#skewUs.set(surface, this.skewUs(surface) + ms * 1000);
  }

  /** What an armed fault makes of a message. */
  fate(surface: LiveSurface, connection: number, frame: StreamFrame): FrameFate {
    const { about } = frame;
    const armed =
      about?.channel === 'book' && about.kind === 'update'
        ? this.#armed.find(({ fault }) => fault.surface === surface && (fault.symbol ?? about.symbol) === about.symbol)
        : undefined;
    if (armed === undefined || about === null) return { deliver: [frame] };
    const fate = this.#damaged(armed.fault.kind, frame);
    if (fate === undefined) return { deliver: [frame] };
    armed.left -= 1;
    if (armed.left <= 0) this.#armed = this.#armed.filter((other) => other !== armed);
    this.record(armed.fault, { symbol: about.symbol, connection, sequence: about.sequence });
    return fate;
  }

  /** Undefined when this message cannot be damaged in that way. */
  #damaged(kind: FrameFaultKind, frame: StreamFrame): FrameFate | undefined {
    switch (kind) {
      case 'gap':
        return { deliver: [] };
      case 'dup':
        return { deliver: [frame, frame] };
      case 'reorder':
        return { hold: frame };
      case 'bad_checksum':
        return replaced(frame, withBadChecksum(frame.text, this.#random));
      case 'corrupt_digit':
        return replaced(frame, withOtherDigit(frame.text, this.#random));
      case 'corrupt_syntax':
        return replaced(frame, cutText(frame.text, this.#random));
    }
  }
}

function replaced(frame: StreamFrame, text: string | undefined): FrameFate | undefined {
  return text === undefined ? undefined : { deliver: [{ ...frame, text }] };
}
