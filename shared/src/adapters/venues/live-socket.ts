import type { ConnectionEvent } from '../../market/feed/connection.ts';
import type { LiquidationSides } from '../../market/feed/liquidation-sides.ts';
import type { SessionRequest } from '../../market/feed/session-request.ts';
import type { Stream } from '../../market/feed/stream.ts';
import type { TradeFilter } from '../../market/feed/trade-filter.ts';
import type { BookRequest } from '../../market/feed/venue-protocol.ts';
import { VenueSession } from '../../market/feed/venue-session.ts';
import type { MarketEventSink } from '../../ports/market-feed.ts';
import type { SocketHandle } from '../net/web-socket.ts';
import type { StreamDeps, StreamOptions } from './stream-options.ts';

/** What a socket belongs to, and whom it tells. */
export interface LiveSocketParts {
  readonly deps: StreamDeps;
  readonly options: StreamOptions;
  /** Name of the connection. */
  readonly feedId: string;
  /** Name of this socket in recordings. */
  readonly name: string;
  readonly id: number;
  readonly streams: readonly Stream[];
  readonly trades: TradeFilter;
  readonly sides: LiquidationSides;
  readonly emit: MarketEventSink;
  readonly tell: (event: ConnectionEvent) => void;
  /** A fault of ours in a callback: it must end the feed, not the process. */
  readonly failed: (fault: unknown) => void;
  /** Ends requests under way. */
  readonly signal: AbortSignal;
}

/** One socket of a connection and its session: everything that passes in or out of it is recorded here, before it is read. */
export class LiveSocket {
  readonly session: VenueSession;
  lastFrameMs: number;
  readonly #parts: LiveSocketParts;
  readonly #name: string;
  readonly #abort = new AbortController();
  readonly #handle: SocketHandle;
  #toldFrameMs: number;
  #isOver = false;

  constructor(parts: LiveSocketParts, nowMs: number) {
    const { deps, options, name, id, streams, trades, sides, emit } = parts;
    const { protocol, instruments, pace, url } = options;
    this.#parts = parts;
    this.#name = name;
    this.lastFrameMs = nowMs;
    this.#toldFrameMs = nowMs;
    const ask = (request: SessionRequest): void => this.#onRequest(request);
    this.session = new VenueSession({ protocol, instruments, pace, trades, sides, emit, ask, nowMs });
    const note = { venue: protocol.venue, streams };
    deps.recorder?.record({ kind: 'connect', connection: this.#name, tsMs: nowMs, url, note, data: '' });
    this.#handle = deps.openSocket(url, {
      opened: () => this.#guarded(() => this.#onOpened()),
      frame: (bytes, isBinary) => this.#guarded(() => this.#onFrame(bytes, isBinary)),
      control: () => this.#onSign(),
      closed: (reason) => {
        deps.logger.info('socket.closed', { connection: this.#name, reason });
        this.#guarded(() => parts.tell({ type: 'closed', socket: id }));
      },
    });
  }

  /** Tells the connection of frames since the last time. */
  tellFrames(): void {
    if (this.lastFrameMs <= this.#toldFrameMs) return;
    this.#toldFrameMs = this.lastFrameMs;
    this.#parts.tell({ type: 'frame', socket: this.#parts.id, atMs: this.lastFrameMs });
  }

  listen(nowMs: number): void {
    this.#mark('listen', nowMs);
    this.session.listen(nowMs);
  }

  hush(nowMs: number): void {
    this.#mark('hush', nowMs);
    this.session.hush();
  }

  wentSilent(nowMs: number): void {
    this.#mark('stale', nowMs);
    this.session.wentSilent(nowMs);
  }

  ask(action: 'subscribe' | 'unsubscribe', streams: readonly number[], nowMs: number): void {
    const { session } = this;
    const text = action === 'subscribe' ? session.subscribeText(streams, nowMs) : session.unsubscribeText(streams, nowMs);
    this.#send(text, nowMs, { action, streams });
  }

  ping(nowMs: number): void {
    const { ping } = this.#parts.options.protocol;
    if (ping === 'frame') this.#handle.ping();
    else if (ping !== null) this.#send(ping(nowMs), nowMs, { action: 'ping' });
  }

  /** Nothing of it counts any more. */
  close(reason: string, nowMs: number): void {
    const { deps } = this.#parts;
    this.#isOver = true;
    this.#abort.abort();
    this.#handle.destroy();
    // Nobody listens any more when it is stopped: for a replay its time ends with what was told.
    const endMs = reason === 'stopped' ? this.session.nowMs : nowMs;
    this.session.closed(endMs);
    this.session.hush();
    deps.recorder?.record({ kind: 'close', connection: this.#name, tsMs: endMs, data: reason });
    deps.logger.info('connection.ended', { connection: this.#name, reason });
  }

  #guarded(work: () => void): void {
    if (this.#isOver) return;
    try {
      work();
    } catch (fault) {
      this.#parts.failed(fault);
    }
  }

  #onOpened(): void {
    const nowMs = this.#parts.deps.clock.nowMs();
    this.#mark('opened', nowMs);
    this.session.opened(nowMs);
    this.#parts.tell({ type: 'opened', socket: this.#parts.id });
  }

  /** Write before parse (market data spec §9). */
  #onFrame(bytes: Uint8Array, isBinary: boolean): void {
    const { clock, recorder } = this.#parts.deps;
    const nowMs = clock.nowMs();
    if (recorder !== null) {
      this.session.rawRef = recorder.record({ kind: 'recv', connection: this.#name, tsMs: nowMs, data: bytes, isBinary });
    }
    this.#onSign();
    this.session.onFrame(bytes, bytes.length, nowMs);
  }

  /** The socket is alive. */
  #onSign(): void {
    if (this.#isOver) return;
    const nowMs = this.#parts.deps.clock.nowMs();
    this.#parts.options.health.silence(nowMs - this.lastFrameMs, nowMs);
    this.lastFrameMs = nowMs;
  }

  #onRequest(request: SessionRequest): void {
    const { id: socket, tell, failed } = this.#parts;
    switch (request.type) {
      case 'refused':
        this.#logRefusal(request.stream, request.reason);
        tell({ type: 'refused', socket, stream: request.stream });
        return;
      case 'confirmed':
        tell({ type: 'confirmed', socket, stream: request.stream });
        return;
      case 'resubscribe':
        tell({ type: 'resubscribe', socket, streams: request.streams, reason: request.reason });
        return;
      case 'reconnect':
        tell({ type: 'reconnect', socket, reason: request.reason });
        return;
      case 'fetch':
        this.#fetch(request.purpose, request.instrument, request.request).catch(failed);
    }
  }

  #logRefusal(stream: number, reason: string): void {
    const { deps, feedId, streams } = this.#parts;
    const { channel, symbol } = streams[stream]!;
    deps.logger.warn('subscription.refused', { connection: feedId, channel, symbol, reason });
  }

  async #fetch(purpose: 'snapshot' | 'audit', instrument: number, request: BookRequest): Promise<void> {
    if (this.#isOver) return;
    const { deps, feedId } = this.#parts;
    const signal = AbortSignal.any([this.#abort.signal, this.#parts.signal]);
    let body: Uint8Array | null = null;
    try {
      body = await deps.fetchBook(request.path, signal);
    } catch (error) {
      if (signal.aborted) return;
      deps.logger.warn('book.request_failed', { connection: feedId, path: request.path, reason: String(error) });
    }
    if (this.#isOver) return;
    const nowMs = deps.clock.nowMs();
    const note = { purpose, ...(body === null && { failed: true }) };
    deps.recorder?.record({ kind: 'http', connection: this.#name, tsMs: nowMs, url: request.path, note, data: body ?? '' });
    this.session.onReply(purpose, instrument, request, body, nowMs);
  }

  #send(text: string, nowMs: number, note: Readonly<Record<string, unknown>>): void {
    this.#parts.deps.recorder?.record({ kind: 'send', connection: this.#name, tsMs: nowMs, note, data: text });
    this.#handle.send(text);
  }

  /** What the session is told besides frames belongs into the recording. */
  #mark(what: 'listen' | 'hush' | 'opened' | 'stale', tsMs: number): void {
    this.#parts.deps.recorder?.record({ kind: 'mark', connection: this.#name, tsMs, data: what });
  }
}
