import type { ReadableBook } from '../../market/book/order-book.ts';
import {
  type ConnectionEvent,
  type ConnectionPlan,
  type ConnectionState,
  isDegraded,
  newConnection,
  stepConnection,
} from '../../market/feed/connection.ts';
import type { ConnectionCommand } from '../../market/feed/connection-command.ts';
import type { StreamSilence } from '../../market/feed/feed-watch.ts';
import { LiquidationSides } from '../../market/feed/liquidation-sides.ts';
import type { SessionCounters } from '../../market/feed/session-request.ts';
import { TradeFilter } from '../../market/feed/trade-filter.ts';
import type { MarketEventSink, MarketFeed } from '../../ports/market-feed.ts';
import { LiveSocket } from './live-socket.ts';
import type { StreamDeps, StreamOptions } from './stream-options.ts';
import { bookStatus, type StreamStatus, sumCounters } from './stream-status.ts';

/** How often time is let pass. */
const TICK_MS = 100;

/** One lasting connection: the pure state machine decides, this carries it out with sockets and keeps time. */
export class StreamConnection implements MarketFeed {
  readonly feedId: string;
  readonly #deps: StreamDeps;
  readonly #options: StreamOptions;
  readonly #plan: ConnectionPlan;
  readonly #trades = new TradeFilter();
  readonly #sides = new LiquidationSides();
  readonly #sockets = new Map<number, LiveSocket>();
  readonly #totals: SessionCounters = { frames: 0, refused: 0, complaints: 0, invalidations: {} };
  #conflated = 0;
  #lost = 0;
  #state: ConnectionState;
  #queue: ConnectionEvent[] = [];
  #isWorking = false;
  /** What went wrong in a callback of a socket or request: `run` rejects with it. */
  readonly #faults: unknown[] = [];
  #promoted = 0;
  #sink: MarketEventSink = () => undefined;
  #signal: AbortSignal = AbortSignal.abort();

  constructor(deps: StreamDeps, options: StreamOptions) {
    const { protocol, instruments } = options;
    this.feedId = `${protocol.feedId}.${options.number}`;
    this.#deps = deps;
    this.#options = options;
    const streams = [...protocol.sharedStreams, ...instruments.flatMap((instrument) => protocol.streamsOf(instrument))];
    this.#plan = { streams, limits: protocol.limits, liveness: protocol.liveness };
    this.#state = newConnection(deps.clock.nowMs() + options.startDelayMs);
  }

  async run(sink: MarketEventSink, signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    this.#sink = sink;
    this.#signal = signal;
    try {
      while (!signal.aborted) {
        if (this.#faults.length > 0) throw this.#faults[0];
        this.#tick();
        await clock.sleep(TICK_MS, signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#sink = () => undefined;
      this.#dispatch({ type: 'stop' });
    }
  }

  /** What the connection and its books are like now. */
  status(): StreamStatus {
    const nowMs = this.#deps.clock.nowMs();
    const { current, stopped, nextSocket } = this.#state;
    const live = this.#sockets.get(this.#promoted);
    return {
      connection: this.feedId,
      phase: stopped ? 'stopped' : (current?.phase ?? 'backoff'),
      isStale: current?.isStale ?? false,
      isDegraded: isDegraded(this.#state, nowMs),
      lastFrameAgeMs: live === undefined ? null : nowMs - live.lastFrameMs,
      sockets: nextSocket - 1,
      lost: this.#lost,
      counters: sumCounters(this.#totals, live?.session.counters),
      conflatedTops: this.#conflated + (live?.session.conflatedTops ?? 0),
      books: this.#options.instruments.map((spec, index) => bookStatus(spec.id, live?.session, index, nowMs)),
    };
  }

  /** What the watchdog wants to know of it. */
  silence(): StreamSilence {
    const { protocol } = this.#options;
    const { lastFrameAgeMs: silentMs } = this.status();
    return { venue: protocol.venue, silentMs, expectedGapMs: protocol.liveness.expectedGapMs };
  }

  /** The books as they are now; levels are in reach only while a book is live, and good until the next frame. */
  books(): readonly { readonly instrument: string; readonly venueSymbol: string; readonly book: ReadableBook | null }[] {
    const feed = this.#sockets.get(this.#promoted)?.session.feed;
    return this.#options.instruments.map(({ id, venue_symbol: venueSymbol }, index) => {
      return { instrument: id, venueSymbol, book: feed?.read(index).book ?? null };
    });
  }

  /** Ends the current socket and opens a new one, as an operator may ask. */
  recover(): void {
    if (this.#state.current !== null) this.#dispatch({ type: 'reconnect', socket: this.#state.current.id, reason: 'operator' });
  }

  #tick(): void {
    for (const socket of this.#sockets.values()) socket.tellFrames();
    this.#dispatch({ type: 'tick' });
  }

  /** Events may come while commands are carried out: they wait for their turn. */
  #dispatch(event: ConnectionEvent): void {
    this.#queue.push(event);
    if (this.#isWorking) return;
    this.#isWorking = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#work(next);
    } finally {
      this.#isWorking = false;
    }
  }

  #work(event: ConnectionEvent): void {
    const nowMs = this.#deps.clock.nowMs();
    const openAllowedAtMs = this.#options.attempts.allowedAtMs(nowMs);
    const context = { nowMs, chance: this.#deps.random.next(), openAllowedAtMs };
    const { state, commands } = stepConnection(this.#plan, this.#state, event, context);
    this.#state = state;
    for (const command of commands) this.#carryOut(command, nowMs);
    if (event.type !== 'tick') return;
    for (const [id, socket] of this.#sockets) {
      socket.session.advance(nowMs);
      if (socket.session.isReady && id === this.#state.successor?.id) this.#queue.push({ type: 'ready', socket: id });
    }
  }

  #carryOut(command: ConnectionCommand, nowMs: number): void {
    const socket = this.#sockets.get(command.socket);
    switch (command.type) {
      case 'open':
        this.#open(command.socket, nowMs);
        return;
      case 'promote':
        this.#promote(command.socket, nowMs);
        return;
      case 'close':
        this.#close(command.socket, command.reason, nowMs);
        return;
      case 'stale':
        socket?.wentSilent(nowMs);
        return;
      case 'ping':
        socket?.ping(nowMs);
        return;
      case 'subscribe':
      case 'unsubscribe':
        socket?.ask(command.type, command.streams, nowMs);
    }
  }

  #open(id: number, nowMs: number): void {
    this.#options.attempts.note(nowMs);
    const socket = new LiveSocket(
      {
        deps: this.#deps,
        options: this.#options,
        feedId: this.feedId,
        name: `${this.feedId}.${this.#deps.socketNumbers.next(this.feedId)}`,
        id,
        streams: this.#plan.streams,
        trades: this.#trades,
        sides: this.#sides,
        emit: (event) => this.#sink(event),
        tell: (event) => this.#dispatch(event),
        failed: (fault) => void this.#faults.push(fault),
        signal: this.#signal,
      },
      nowMs,
    );
    this.#sockets.set(id, socket);
    if (id === this.#promoted) socket.listen(nowMs);
  }

  #promote(id: number, nowMs: number): void {
    if (this.#promoted !== id) this.#sockets.get(this.#promoted)?.hush(nowMs);
    this.#promoted = id;
    this.#sockets.get(id)?.listen(nowMs);
  }

  #close(id: number, reason: string, nowMs: number): void {
    const socket = this.#sockets.get(id);
    if (socket === undefined) return;
    this.#sockets.delete(id);
    socket.close(reason, nowMs);
    this.#conflated += socket.session.conflatedTops;
    Object.assign(this.#totals, sumCounters(this.#totals, socket.session.counters));
    if (reason === 'rollover' || reason === 'stopped') return;
    this.#lost += 1;
    if (id === this.#promoted) this.#trades.interrupted();
  }
}
