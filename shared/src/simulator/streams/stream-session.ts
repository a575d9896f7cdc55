import type { Level } from '../live/limit-book.ts';
import type { LiveMarket } from '../live/live-market.ts';
import type { InstrumentListener, TradedInstrument } from '../live/traded-instrument.ts';
import type { OrderSide } from '../orders/order-side.ts';

/** What a frame is about, for faults to aim at and for a judge to check. */
export interface FrameSubject {
  readonly channel: string;
  readonly symbol: string;
  readonly kind: 'snapshot' | 'update';
  /** Number of the true book's change after which an honest client's book stands with this frame; −1 for other channels. */
  readonly sequence: number;
}

/** One message to the client; `about` is null for what belongs to the connection (acknowledgements, heartbeats, errors). */
export interface StreamFrame {
  readonly text: string;
  readonly about: FrameSubject | null;
}

/** What a venue's session may use. Timers, watches and the like end with the connection. */
export interface StreamContext {
  readonly market: LiveMarket;
  /** Accounts and their orders. */
  readonly orders: OrderSide;
  /** Number of the connection, from 1. */
  readonly connection: number;
  /** The venue's clock, which a fault may set wrong, µs. */
  venueUs(): number;
  /** How far the venue's clock is off, µs: to be added to times of events. */
  skewUs(): number;
  /** How long the venue keeps a new subscriber of this symbol waiting for its snapshot, µs. */
  snapshotDelayUs(symbol: string): number;
  send(frame: StreamFrame): void;
  /** Returns what stops it. */
  every(periodUs: number, run: () => void): () => void;
  after(delayUs: number, run: () => void): () => void;
  watch(instrument: TradedInstrument, listener: InstrumentListener): () => void;
  /** Whatever else must end with the connection. */
  untilEnd(stop: () => void): () => void;
}

/** The venue's side of one connection. */
export interface StreamSession {
  /** One message of the client, whatever it says. */
  receive(text: string): void;
  /** The venue goes into maintenance or comes back. */
  onMaintenance?(isOn: boolean): void;
}

/** Price and size of levels of a message, changes in their order. */
export interface SidedLevels {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

export const SECOND_US = 1_000_000;

/** A frame of the connection itself. */
export function plainFrame(value: unknown): StreamFrame {
  return { text: JSON.stringify(value), about: null };
}

/** The client's message as an object; undefined when it is not one. */
export function decodeRequest(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
