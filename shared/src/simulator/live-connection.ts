import type { FaultDesk } from './faults/fault-desk.ts';
import type { LiveSurface } from './live/live-instrument.ts';
import type { LiveMarket } from './live/live-market.ts';
import type { InstrumentListener, TradedInstrument } from './live/traded-instrument.ts';
import type { OrderSide } from './orders/order-side.ts';
import { gateFuturesSession } from './streams/gate/futures-session.ts';
import { gateSpotSession } from './streams/gate/spot-session.ts';
import { krakenFuturesSession } from './streams/kraken-futures/session.ts';
import { krakenSpotSession } from './streams/kraken-spot/session.ts';
import type { FrameSubject, StreamContext, StreamFrame, StreamSession } from './streams/stream-session.ts';

/** The client's end of a connection. */
export interface StreamOutlet {
  /** `about` tells a test what the message is about; it is not on the wire. */
  send(text: string, about: FrameSubject | null): void;
  /** The venue ends the connection. */
  close(code: number, reason: string): void;
}

const SESSIONS: Readonly<Record<LiveSurface, (context: StreamContext) => StreamSession>> = {
  kraken_spot: krakenSpotSession,
  kraken_futures: krakenFuturesSession,
  gate_spot: gateSpotSession,
  gate_futures: gateFuturesSession,
};

/** What every connection of a simulator shares. */
export interface LiveConnectionParts {
  readonly market: LiveMarket;
  readonly desk: FaultDesk;
  readonly orders: OrderSide;
}

/** A swapped message is not held longer than this when no other follows. */
const LONGEST_HOLD_US = 5_000_000;

/** One client's connection to one venue: the venue's session behind the faults that stand between it and the client. */
export class LiveConnection implements StreamContext {
  readonly market: LiveMarket;
  readonly orders: OrderSide;
  readonly connection: number;
  readonly surface: LiveSurface;
  /** Messages sent so far. */
  sent = 0;
  readonly #desk: FaultDesk;
  readonly #outlet: StreamOutlet;
  readonly #session: StreamSession;
  readonly #stops = new Set<() => void>();
  readonly #held = new Map<string, StreamFrame>();
  #isOpen = true;
  #isMute = false;
  #lateUntilUs = 0;

  constructor({ market, desk, orders }: LiveConnectionParts, surface: LiveSurface, connection: number, outlet: StreamOutlet) {
    this.market = market;
    this.orders = orders;
    this.connection = connection;
    this.surface = surface;
    this.#desk = desk;
    this.#outlet = outlet;
    this.#session = SESSIONS[surface](this);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether the venue still answers pings of the protocol. */
  get isAlive(): boolean {
    return this.#isOpen && !this.#isMute;
  }

  receive(text: string): void {
    if (this.isAlive) this.#session.receive(text);
  }

  /** From now on the connection is open and dead. */
  mute(): void {
    this.#isMute = true;
  }

  announceMaintenance(): void {
    this.#session.onMaintenance?.(true);
  }

  /** The venue closes. */
  drop(code: number, reason: string): void {
    if (!this.#isOpen) return;
    this.end();
    this.#outlet.close(code, reason);
  }

  /** The client closed, or the socket broke. */
  end(): void {
    this.#isOpen = false;
    for (const stop of this.#stops) stop();
    this.#stops.clear();
    this.#held.clear();
  }

  venueUs(): number {
    return this.market.schedule.nowUs + this.skewUs();
  }

  skewUs(): number {
    return this.#desk.skewUs(this.surface);
  }

  snapshotDelayUs(symbol: string): number {
    const fault = this.#desk.lasting('late_snapshot', this.surface, symbol);
    if (fault === undefined) return 0;
    this.#desk.record(fault, { symbol, connection: this.connection });
    return (fault.delayMs ?? 4_000) * 1000;
  }

  send(frame: StreamFrame): void {
    if (!this.isAlive) return;
    const { about } = frame;
    if (about !== null && this.#desk.lasting('ws_stall', this.surface, about.symbol) !== undefined) return;
    const fate = this.#desk.fate(this.surface, this.connection, frame);
    if ('hold' in fate) {
      this.#hold(fate.hold);
      return;
    }
    for (const delivered of fate.deliver) this.#deliver(delivered);
    if (about?.channel === 'book') this.#release(about.symbol);
  }

  every(periodUs: number, run: () => void): () => void {
    const planned = this.market.schedule.every(periodUs, periodUs, run);
    return this.#stoppable(() => planned.cancel());
  }

  after(delayUs: number, run: () => void): () => void {
    const planned = this.market.schedule.after(delayUs, run);
    return this.#stoppable(() => planned.cancel());
  }

  watch(instrument: TradedInstrument, listener: InstrumentListener): () => void {
    instrument.listeners.add(listener);
    return this.#stoppable(() => instrument.listeners.delete(listener));
  }

  untilEnd(stop: () => void): () => void {
    return this.#stoppable(stop);
  }

  #stoppable(stop: () => unknown): () => void {
    const once = (): void => {
      stop();
      this.#stops.delete(once);
    };
    this.#stops.add(once);
    return once;
  }

  #hold(frame: StreamFrame): void {
    const symbol = frame.about?.symbol ?? '';
    this.#release(symbol);
    this.#held.set(symbol, frame);
    this.after(LONGEST_HOLD_US, () => {
      if (this.#held.get(symbol) === frame) this.#release(symbol);
    });
  }

  #release(symbol: string): void {
    const frame = this.#held.get(symbol);
    if (frame === undefined) return;
    this.#held.delete(symbol);
    this.#deliver(frame);
  }

  /** Late messages stay in their order, and keep others behind them. */
  #deliver(frame: StreamFrame): void {
    const { schedule } = this.market;
    const lag = this.#desk.lasting('ws_lag', this.surface);
    const dueUs = Math.max(this.#lateUntilUs, lag === undefined ? 0 : schedule.nowUs + (lag.delayMs ?? 3_000) * 1000);
    if (dueUs <= schedule.nowUs) {
      this.#pass(frame);
      return;
    }
    this.#lateUntilUs = dueUs;
    this.after(dueUs - schedule.nowUs, () => this.#pass(frame));
  }

  #pass({ text, about }: StreamFrame): void {
    if (!this.isAlive) return;
    this.sent += 1;
    this.#outlet.send(text, about);
  }
}
