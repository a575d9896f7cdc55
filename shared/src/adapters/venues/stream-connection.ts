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
import type { SessionCounters, SessionRequest } from '../../market/feed/session-request.ts';
import { TradeFilter } from '../../market/feed/trade-filter.ts';
import type { BookRequest } from '../../market/feed/venue-protocol.ts';
import { VenueSession } from '../../market/feed/venue-session.ts';
import type { MarketEventSink, MarketFeed } from '../../ports/market-feed.ts';
import type { SocketHandle } from '../net/web-socket.ts';
import type { StreamDeps, StreamOptions } from './stream-options.ts';
import { bookStatus, type StreamStatus, sumCounters } from './stream-status.ts';

/** How often time is let pass. */
const TICK_MS = 100;

interface LiveSocket {
  readonly handle: SocketHandle;
  readonly session: VenueSession;
  /** Name in recordings. */
  readonly name: string;
  readonly abort: AbortController;
  lastFrameMs: number;
  /** What the state machine knows of it. */
  toldFrameMs: number;
}

/** One lasting connection: the pure state machine decides, this opens sockets, sends, fetches and keeps time. */
export class StreamConnection implements MarketFeed {
  readonly feedId: string;
  readonly #deps: StreamDeps;
  readonly #options: StreamOptions;
  readonly #plan: ConnectionPlan;
  readonly #trades = new TradeFilter();
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
  #signal: AbortSignal | null = null;

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
    for (const [socket, { lastFrameMs, toldFrameMs }] of this.#sockets) {
      if (lastFrameMs <= toldFrameMs) continue;
      this.#sockets.get(socket)!.toldFrameMs = lastFrameMs;
      this.#dispatch({ type: 'frame', socket, atMs: lastFrameMs });
    }
    this.#dispatch({ type: 'tick' });
  }

  /** A fault of ours must end `run`, not the process. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (fault) {
      this.#faults.push(fault);
    }
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
        this.#wentSilent(socket, nowMs);
        return;
      case 'ping':
        this.#ping(socket, nowMs);
        return;
      case 'subscribe':
      case 'unsubscribe':
        this.#ask(socket, command.type, command.streams, nowMs);
    }
  }

  #wentSilent(socket: LiveSocket | undefined, nowMs: number): void {
    if (socket === undefined) return;
    this.#mark(socket.name, 'stale', nowMs);
    socket.session.wentSilent(nowMs);
  }

  #ask(socket: LiveSocket | undefined, action: 'subscribe' | 'unsubscribe', streams: readonly number[], nowMs: number): void {
    if (socket === undefined) return;
    const { session } = socket;
    const text = action === 'subscribe' ? session.subscribeText(streams, nowMs) : session.unsubscribeText(streams, nowMs);
    this.#send(socket, text, nowMs, { action, streams });
  }

  #open(id: number, nowMs: number): void {
    const { attempts, url } = this.#options;
    const { recorder } = this.#deps;
    const name = `${this.feedId}.${id}`;
    attempts.note(nowMs);
    const session = this.#session(id, nowMs);
    const abort = new AbortController();
    const note = { venue: this.#options.protocol.venue, streams: this.#plan.streams };
    recorder?.record({ kind: 'connect', connection: name, tsMs: nowMs, url, note, data: '' });
    const handle = this.#deps.openSocket(url, {
      opened: () => this.#guarded(() => this.#onOpened(id)),
      frame: (bytes, isBinary) => this.#guarded(() => this.#onFrame(id, bytes, isBinary)),
      control: () => this.#onSign(id),
      closed: (reason) => {
        this.#deps.logger.info('socket_closed', { connection: name, reason });
        this.#guarded(() => this.#dispatch({ type: 'closed', socket: id }));
      },
    });
    this.#sockets.set(id, { handle, session, name, abort, lastFrameMs: nowMs, toldFrameMs: nowMs });
    if (id === this.#promoted) this.#listen(id, nowMs);
  }

  #session(id: number, nowMs: number): VenueSession {
    const { protocol, instruments, pace } = this.#options;
    return new VenueSession({
      protocol,
      instruments,
      pace,
      trades: this.#trades,
      emit: (event) => this.#sink(event),
      ask: (request) => this.#onRequest(id, request),
      nowMs,
    });
  }

  #promote(id: number, nowMs: number): void {
    const before = this.#sockets.get(this.#promoted);
    if (before !== undefined && this.#promoted !== id) {
      this.#mark(before.name, 'hush', nowMs);
      before.session.hush();
    }
    this.#promoted = id;
    this.#listen(id, nowMs);
  }

  #listen(id: number, nowMs: number): void {
    const socket = this.#sockets.get(id);
    if (socket === undefined) return;
    this.#mark(socket.name, 'listen', nowMs);
    socket.session.listen(nowMs);
  }

  /** What the session is told besides frames belongs into the recording. */
  #mark(connection: string, what: 'listen' | 'hush' | 'opened' | 'stale', tsMs: number): void {
    this.#deps.recorder?.record({ kind: 'mark', connection, tsMs, data: what });
  }

  #close(id: number, reason: string, nowMs: number): void {
    const socket = this.#sockets.get(id);
    if (socket === undefined) return;
    this.#sockets.delete(id);
    socket.abort.abort();
    socket.handle.destroy();
    // Nobody listens any more when it is stopped: for a replay its time ends with what was told.
    const endMs = reason === 'stopped' ? socket.session.nowMs : nowMs;
    socket.session.closed(endMs);
    socket.session.hush();
    this.#deps.recorder?.record({ kind: 'close', connection: socket.name, tsMs: endMs, data: reason });
    this.#deps.logger.info('connection_ended', { connection: socket.name, reason });
    this.#conflated += socket.session.conflatedTops;
    Object.assign(this.#totals, sumCounters(this.#totals, socket.session.counters));
    if (reason === 'rollover' || reason === 'stopped') return;
    this.#lost += 1;
    if (id === this.#promoted) this.#trades.interrupted();
  }

  #onOpened(id: number): void {
    const nowMs = this.#deps.clock.nowMs();
    const socket = this.#sockets.get(id);
    if (socket === undefined) return;
    this.#mark(socket.name, 'opened', nowMs);
    socket.session.opened(nowMs);
    this.#dispatch({ type: 'opened', socket: id });
  }

  /** Write before parse (market data spec §9). */
  #onFrame(id: number, bytes: Uint8Array, isBinary: boolean): void {
    const socket = this.#sockets.get(id);
    if (socket === undefined) return;
    const nowMs = this.#deps.clock.nowMs();
    const { recorder } = this.#deps;
    if (recorder !== null) {
      socket.session.rawRef = recorder.record({ kind: 'recv', connection: socket.name, tsMs: nowMs, data: bytes, isBinary });
    }
    this.#onSign(id);
    socket.session.onFrame(bytes, bytes.length, nowMs);
  }

  /** The socket is alive. */
  #onSign(id: number): void {
    const socket = this.#sockets.get(id);
    if (socket === undefined) return;
    const nowMs = this.#deps.clock.nowMs();
    this.#options.health.silence(nowMs - socket.lastFrameMs, nowMs);
    socket.lastFrameMs = nowMs;
  }

  #onRequest(id: number, request: SessionRequest): void {
    switch (request.type) {
      case 'confirmed':
        this.#dispatch({ type: 'confirmed', socket: id, stream: request.stream });
        return;
      case 'refused': {
        const { channel, symbol } = this.#plan.streams[request.stream]!;
        this.#deps.logger.warn('subscription_refused', { connection: this.feedId, channel, symbol, reason: request.reason });
        this.#dispatch({ type: 'refused', socket: id, stream: request.stream });
        return;
      }
      case 'resubscribe':
        this.#dispatch({ type: 'resubscribe', socket: id, stream: request.stream });
        return;
      case 'reconnect':
        this.#dispatch({ type: 'reconnect', socket: id, reason: request.reason });
        return;
      case 'fetch':
        this.#fetch(id, request.purpose, request.instrument, request.request).catch(
          (fault: unknown) => void this.#faults.push(fault),
        );
    }
  }

  async #fetch(id: number, purpose: 'snapshot' | 'audit', instrument: number, request: BookRequest): Promise<void> {
    const socket = this.#sockets.get(id);
    if (socket === undefined || this.#signal === null) return;
    const signal = AbortSignal.any([socket.abort.signal, this.#signal]);
    const { clock, recorder, logger } = this.#deps;
    let body: Uint8Array | null = null;
    try {
      body = await this.#deps.fetchBook(request.path, signal);
    } catch (error) {
      if (signal.aborted) return;
      logger.warn('book_request_failed', { connection: this.feedId, path: request.path, reason: String(error) });
    }
    if (!this.#sockets.has(id)) return;
    const nowMs = clock.nowMs();
    const note = { purpose, ...(body === null && { failed: true }) };
    recorder?.record({ kind: 'http', connection: socket.name, tsMs: nowMs, url: request.path, note, data: body ?? '' });
    socket.session.onReply(purpose, instrument, request, body, nowMs);
  }

  #ping(socket: LiveSocket | undefined, nowMs: number): void {
    const { ping } = this.#options.protocol;
    if (socket === undefined || ping === null) return;
    if (ping === 'frame') socket.handle.ping();
    else this.#send(socket, ping(nowMs), nowMs, { action: 'ping' });
  }

  #send(socket: LiveSocket, text: string, nowMs: number, note: Readonly<Record<string, unknown>>): void {
    this.#deps.recorder?.record({ kind: 'send', connection: socket.name, tsMs: nowMs, note, data: text });
    socket.handle.send(text);
  }
}
