import type { FundingEvent, LiquidationEvent, LongShortEvent } from '../../contracts/market-events/derivative-events.ts';
import type { BookDigits } from '../book/order-book.ts';
import type { Channel } from './stream.ts';

/** One print as the venue tells it. */
export interface TradeNote {
  readonly symbol: string;
  readonly id: string;
  /** The venue's consecutive number of the print within its instrument, null where it has none. */
  readonly number: number | null;
  readonly price: number;
  readonly qty: number;
  /** The taker's side. */
  readonly side: 'buy' | 'sell';
  readonly tsEventMs: number;
}

export interface FundingNote extends Pick<FundingEvent, 'unit' | 'rate' | 'interval_ms' | 'predicted_rate' | 'next_settlement'> {
  readonly isSuspect?: boolean;
}

export interface StatsNote {
  readonly windowMs: number;
  readonly tsEventMs: number;
  readonly longUsd: number | null;
  readonly shortUsd: number | null;
  readonly takerBuy: number | null;
  readonly takerSell: number | null;
  readonly ratios: readonly Pick<LongShortEvent, 'population' | 'ratio' | 'longs' | 'shorts'>[];
  readonly isSuspect: boolean;
}

/** Where a protocol puts what it found in a frame. Times are the venue's, ms; symbols the venue's. */
export interface FrameNotes {
  confirmed(channel: Channel, symbol: string): void;
  /** Everything that was asked under a message id. */
  confirmedRequest(id: number): void;
  refused(channel: Channel, symbol: string, reason: string): void;
  refusedRequest(id: number, reason: string): void;
  /** The venue refused something and does not say what. */
  complained(reason: string): void;
  trades(trades: readonly TradeNote[], isHistory: boolean): void;
  mark(symbol: string, mark: number | null, index: number | null, tsEventMs: number): void;
  funding(symbol: string, funding: FundingNote, tsEventMs: number): void;
  openInterest(symbol: string, contracts: number, sides: 1 | 2, mark: number | null, tsEventMs: number): void;
  /** A forced order; `isGuessed` when the venue does not say which side was liquidated. */
  liquidation(
    symbol: string,
    liquidation: Pick<LiquidationEvent, 'liquidated' | 'price' | 'qty'>,
    tsEventMs: number,
    isGuessed: boolean,
  ): void;
  stats(symbol: string, stats: StatsNote): void;
  digits(symbol: string, digits: BookDigits): void;
  /** A heartbeat with the venue's counter. */
  heartbeat(counter: number): void;
  /** The venue announces that it will end the connection. */
  leaving(reason: string): void;
}
