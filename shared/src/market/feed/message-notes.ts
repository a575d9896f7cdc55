import type { InstrumentSpec } from '../../contracts/instrument-spec.ts';
import type { LiquidationEvent } from '../../contracts/market-events/derivative-events.ts';
import type { SourceQuality } from '../../contracts/market-events/event-envelope.ts';
import type { MarketEventSink } from '../../ports/market-feed.ts';
import type { BookDigits } from '../book/order-book.ts';
import { type Envelope, envelope } from './event-envelope.ts';
import type { FrameNotes, FundingNote, StatsNote, TradeNote } from './frame-notes.ts';
import type { LiquidationSides, SideReading } from './liquidation-sides.ts';
import { statsEvents } from './stats-events.ts';
import type { Channel } from './stream.ts';
import type { TradeFilter } from './trade-filter.ts';

/** What the notes need of their session. */
export interface NotesSession {
  readonly nowMs: number;
  readonly rawRef: string | null;
  instrumentAt(symbol: string): number;
  streamAt(channel: Channel, symbol: string): number | undefined;
  confirm(stream: number | undefined): void;
  confirmRequest(id: number): void;
  refuse(streams: readonly (number | undefined)[], reason: string): void;
  refuseRequest(id: number, reason: string): void;
  complain(reason: string): void;
  onHeartbeat(counter: number): void;
  onDigits(instrument: number, digits: BookDigits): void;
  leaving(reason: string): void;
}

export interface MessageNotesOptions {
  readonly venue: string;
  readonly sizeUnit: 'base' | 'contracts';
  readonly instruments: readonly InstrumentSpec[];
  readonly session: NotesSession;
  readonly trades: TradeFilter;
  /** What is known of the sides of forced orders. */
  readonly sides: LiquidationSides;
  readonly emit: MarketEventSink;
}

type Liquidation = Pick<LiquidationEvent, 'liquidated' | 'price' | 'qty'>;

/** Prints kept while nobody listens; older ones are dropped. */
const MOST_WAITING = 5_000;

/** Turns what a venue's messages say into market events. Symbols that are not followed are passed over. */
export class MessageNotes implements FrameNotes {
  readonly #options: MessageNotesOptions;
  #isListened = false;
  #waiting: TradeNote[] = [];
  readonly #openStats = new Map<string, StatsNote>();
  readonly #toldStats = new Map<string, number>();

  constructor(options: MessageNotesOptions) {
    this.#options = options;
  }

  /** From here on events are told; prints that waited are told first. */
  listen(): void {
    this.#isListened = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length > 0) this.trades(waiting, false);
  }

  hush(): void {
    this.#isListened = false;
  }

  confirmed(channel: Channel, symbol: string): void {
    this.#options.session.confirm(this.#options.session.streamAt(channel, symbol));
  }

  confirmedRequest(id: number): void {
    this.#options.session.confirmRequest(id);
  }

  refused(channel: Channel, symbol: string, reason: string): void {
    this.#options.session.refuse([this.#options.session.streamAt(channel, symbol)], reason);
  }

  refusedRequest(id: number, reason: string): void {
    this.#options.session.refuseRequest(id, reason);
  }

  complained(reason: string): void {
    this.#options.session.complain(reason);
  }

  trades(trades: readonly TradeNote[], isHistory: boolean): void {
    for (const [symbol, ofSymbol] of Map.groupBy(trades, (trade) => trade.symbol)) {
      this.confirmed('trades', symbol);
      if (this.#options.session.instrumentAt(symbol) < 0) continue;
      if (this.#isListened) this.#tell(symbol, ofSymbol.toSorted(byTime), isHistory);
      else this.#waiting = [...this.#waiting, ...ofSymbol].slice(-MOST_WAITING);
    }
  }

  mark(symbol: string, mark: number | null, index: number | null, tsEventMs: number): void {
    this.#each(symbol, tsEventMs, 'ticker', (common) =>
      this.#options.emit({ ...common, type: 'mark', unit: 'quote', mark_price: mark, index_price: index }),
    );
  }

  funding(symbol: string, { isSuspect, ...funding }: FundingNote, tsEventMs: number): void {
    const quality = isSuspect === true ? 'suspect' : 'live';
    this.#each(symbol, tsEventMs, 'ticker', (common) => this.#options.emit({ ...common, type: 'funding', ...funding }), quality);
  }

  openInterest(symbol: string, contracts: number, sides: 1 | 2, mark: number | null, tsEventMs: number): void {
    this.#each(symbol, tsEventMs, 'ticker', (common) =>
      this.#options.emit({ ...common, type: 'open_interest', unit: 'contracts', amount: contracts, sides, mark_price: mark }),
    );
  }

  liquidation(symbol: string, liquidation: Liquidation, tsEventMs: number, isGuessed: boolean): void {
    const { sizeUnit, emit } = this.#options;
    const reading = isGuessed && this.#isListened ? this.#readSide(symbol, liquidation, tsEventMs) : 'as_read';
    const told = reading === 'reversed' ? { ...liquidation, liquidated: otherSide(liquidation.liquidated) } : liquidation;
    const tell = (common: Envelope) => emit({ ...common, type: 'liquidation', unit: sizeUnit, ...told });
    this.#each(symbol, tsEventMs, 'liquidations', tell, reading === 'unknown' ? 'suspect' : 'live');
  }

  #readSide(symbol: string, { liquidated, price, qty }: Liquidation, tsEventMs: number): SideReading {
    const { instruments, session, sides } = this.#options;
    const spec = instruments[session.instrumentAt(symbol)];
    if (spec === undefined) return 'unknown';
    const usd = qty * spec.contract_size * (spec.settle === 'inverse' ? 1 : price);
    sides.note(symbol, { liquidated, usd, tsEventMs });
    return sides.reading;
  }

  /** A row counts once its window is over; until then a newer row of the same window replaces it. */
  stats(symbol: string, stats: StatsNote): void {
    this.confirmed('stats', symbol);
    if (stats.tsEventMs > (this.#toldStats.get(symbol) ?? -1)) this.#openStats.set(symbol, stats);
    this.tick();
  }

  /** Tells the statistics whose window is over. */
  tick(): void {
    const { venue, session, emit, instruments, sides } = this.#options;
    if (!this.#isListened) return;
    for (const [symbol, stats] of this.#openStats) {
      if (stats.tsEventMs + stats.windowMs > session.nowMs) continue;
      this.#openStats.delete(symbol);
      this.#toldStats.set(symbol, stats.tsEventMs);
      const spec = instruments[session.instrumentAt(symbol)];
      if (spec === undefined) continue;
      const { longUsd, shortUsd, isSuspect } = stats;
      if (!isSuspect && longUsd !== null && shortUsd !== null) sides.match(symbol, { ...stats, longUsd, shortUsd });
      const source = { venue, instrument: spec.id, rawRef: session.rawRef };
      for (const event of statsEvents(source, stats, session.nowMs)) emit(event);
    }
  }

  digits(symbol: string, digits: BookDigits): void {
    const index = this.#options.session.instrumentAt(symbol);
    if (index >= 0) this.#options.session.onDigits(index, digits);
  }

  heartbeat(counter: number): void {
    this.#options.session.onHeartbeat(counter);
  }

  leaving(reason: string): void {
    this.#options.session.leaving(reason);
  }

  #tell(symbol: string, trades: readonly TradeNote[], isHistory: boolean): void {
    const { emit, sizeUnit } = this.#options;
    const { fresh, gap } = this.#options.trades.take(symbol, trades, isHistory);
    if (gap !== null) {
      this.#each(symbol, -1, 'trades', (common) => emit({ ...common, type: 'trade_gap', unit: 'state', reason: gap }));
    }
    for (const { id, price, qty, side, tsEventMs } of fresh) {
      this.#each(symbol, tsEventMs, 'trades', (common) =>
        emit({ ...common, type: 'trade', unit: sizeUnit, trade_id: id, price, qty, side }),
      );
    }
  }

  #each(
    symbol: string,
    tsEventMs: number,
    channel: Channel,
    tell: (common: Envelope) => void,
    quality: SourceQuality = 'live',
  ): void {
    const { venue, session, instruments } = this.#options;
    this.confirmed(channel, symbol);
    const spec = instruments[session.instrumentAt(symbol)];
    if (spec === undefined || !this.#isListened) return;
    tell(envelope({ venue, instrument: spec.id, rawRef: session.rawRef }, tsEventMs, session.nowMs, quality));
  }
}

function otherSide(side: LiquidationEvent['liquidated']): LiquidationEvent['liquidated'] {
  return side === 'long' ? 'short' : 'long';
}

function byTime(a: TradeNote, b: TradeNote): number {
  return a.tsEventMs - b.tsEventMs || (a.number ?? 0) - (b.number ?? 0);
}
