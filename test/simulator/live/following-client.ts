import { KrakenChecksum } from '#shared/market/book/kraken-checksum.ts';
import { BookFeed, type FeedRequest } from '#shared/market/book-sync/book-feed.ts';
import { LIVENESS_LIMITS, liveness } from '#shared/market/book-sync/liveness.ts';
import type { SequenceRule } from '#shared/market/book-sync/sequence-rule.ts';
import { gateObuRule, gateUpdateRule, krakenFuturesRule, krakenSpotRule } from '#shared/market/book-sync/venue-rules.ts';
import { BookInstruments } from '#shared/market/venues/book-instruments.ts';
import { createFrameReader, FrameBytes } from '#shared/market/venues/create-frame-reader.ts';
import type { FrameSyntax } from '#shared/market/venues/frame-syntax.ts';
import { gateFutures, gateFuturesBookReply } from '#shared/market/venues/gate/futures-syntax.ts';
import { gateSpot } from '#shared/market/venues/gate/spot-syntax.ts';
import { krakenFutures } from '#shared/market/venues/kraken-futures/syntax.ts';
import { parsePrecisions } from '#shared/market/venues/kraken-spot/parse-precisions.ts';
import { krakenSpotV2 } from '#shared/market/venues/kraken-spot/v2-syntax.ts';
import type { LiveSurface } from '#shared/simulator/live/live-instrument.ts';
import type { LiveConnection } from '#shared/simulator/live-connection.ts';
import type { LiveSimulator } from '#shared/simulator/live-simulator.ts';
import type { FrameSubject } from '#shared/simulator/streams/stream-session.ts';
import { levelsOf } from '../../market/book/naive-book.ts';

interface Way {
  readonly rule: SequenceRule;
  readonly syntax: () => FrameSyntax;
  readonly depth: number;
  /** Best levels that must be right (market data spec §10). */
  readonly judgedDepth: number;
  readonly limits: keyof typeof LIVENESS_LIMITS;
  readonly subscribe: (event: 'subscribe' | 'unsubscribe', symbol: string) => string;
  readonly ping: string;
}

const FULL = Number.POSITIVE_INFINITY;

const gate = (channel: string, payload: (symbol: string) => readonly string[]): Way['subscribe'] => {
  return (event, symbol) => JSON.stringify({ time: 1, channel, event, payload: payload(symbol) });
};

const WAYS: Readonly<Record<LiveSurface, Way>> = {
  kraken_spot: {
    rule: krakenSpotRule,
    syntax: krakenSpotV2,
    depth: 100,
    judgedDepth: 10,
    limits: 'kraken_spot',
    subscribe: (method, symbol) =>
      JSON.stringify({ method, params: { channel: 'book', symbol: [symbol], depth: 100, snapshot: true } }),
    ping: '{"method":"ping"}',
  },
  kraken_futures: {
    rule: krakenFuturesRule,
    syntax: krakenFutures,
    depth: FULL,
    judgedDepth: FULL,
    limits: 'kraken_futures',
    subscribe: (event, symbol) => JSON.stringify({ event, feed: 'book', product_ids: [symbol] }),
    ping: '{"event":"subscribe","feed":"heartbeat"}',
  },
  gate_spot: {
    rule: gateObuRule,
    syntax: gateSpot,
    depth: 400,
    judgedDepth: 400,
    limits: 'gate',
    subscribe: gate('spot.obu', (symbol) => [`ob.${symbol}.400`]),
    ping: '{"time":1,"channel":"spot.ping"}',
  },
  gate_futures: {
    rule: gateUpdateRule,
    syntax: gateFutures,
    depth: 100,
    judgedDepth: 100,
    limits: 'gate',
    subscribe: gate('futures.order_book_update', (symbol) => [symbol, '100ms', '100']),
    ping: '{"time":1,"channel":"futures.ping"}',
  },
};

const RECONNECT_AFTER_MS = 1_000;
const RETRY_SNAPSHOT_MS = 1_000;

/** What became of the books over a run. */
export interface ClientTally {
  frames: number;
  judged: number;
  wrong: string[];
  invalidations: Record<string, number>;
  connects: number;
  /** Samples of a book that was live, and of all. */
  liveSamples: number;
  samples: number;
}

/**
 * The product's book synchronisation driven by the simulator without sockets: it connects, subscribes, fetches snapshots, pings,
 * judges silence and heals, and after every message compares a live book with what the venue knows it should be.
 */
export class FollowingClient {
  readonly tally: ClientTally = { frames: 0, judged: 0, wrong: [], invalidations: {}, connects: 0, liveSamples: 0, samples: 0 };
  readonly feed: BookFeed;
  readonly instruments: BookInstruments;
  readonly #sim: LiveSimulator;
  readonly #surface: LiveSurface;
  readonly #symbols: readonly string[];
  readonly #way: Way;
  readonly #bytes = new FrameBytes();
  readonly #requests: FeedRequest[] = [];
  readonly #claimed: number[];
  #connection: LiveConnection | null = null;
  #connectAtMs: number;
  #lastFrameMs = 0;
  #pingAtMs = 0;
  #snapshots: { readonly instrument: number; readonly atMs: number }[] = [];

  constructor(sim: LiveSimulator, surface: LiveSurface, symbols: readonly string[]) {
    this.#sim = sim;
    this.#surface = surface;
    this.#symbols = symbols;
    this.#way = WAYS[surface];
    this.#connectAtMs = sim.nowMs;
    this.#claimed = symbols.map(() => -1);
    this.instruments = new BookInstruments(
      symbols.map((symbol) => {
        const { spec } = sim.market.find(surface, symbol)!;
        return { symbol, priceDecimals: spec.priceDigits, sizeDecimals: spec.sizeDigits };
      }),
    );
    this.feed = new BookFeed({
      reader: createFrameReader(this.#way.syntax(), this.instruments),
      instruments: this.instruments,
      rule: this.#way.rule,
      depth: this.#way.depth,
      ...(surface === 'kraken_spot' ? { checksum: new KrakenChecksum() } : {}),
      onRequest: (request) => {
        this.#requests.push(request);
        this.tally.invalidations[request.reason] = (this.tally.invalidations[request.reason] ?? 0) + 1;
      },
      nowMs: sim.nowMs,
    });
  }

  /** To be called a few times a second of simulated time. */
  step(): void {
    const nowMs = this.#sim.nowMs;
    if (this.#connection === null && nowMs >= this.#connectAtMs) this.#connect(nowMs);
    this.#heal(nowMs);
    this.#fetch(nowMs);
    this.feed.onTimer(nowMs);
    this.#keepAlive(nowMs);
    for (const index of this.#symbols.keys()) {
      this.tally.samples += 1;
      if (this.feed.read(index).state === 'live') this.tally.liveSamples += 1;
    }
  }

  /** Compares a book that says it is live with the truth at the newest message it has seen. */
  judge(index: number): void {
    const { book } = this.feed.read(index);
    if (book === null) return;
    const { priceDecimals, sizeDecimals } = this.instruments.digits(index);
    const cut = (side: Parameters<typeof levelsOf>[0]) =>
      levelsOf(side)
        .slice(0, this.#way.judgedDepth)
        .map(([price, size]) => ({ price, size }));
    const claim = { priceDigits: priceDecimals, sizeDigits: sizeDecimals, bids: cut(book.bids), asks: cut(book.asks) };
    const symbol = this.#symbols[index]!;
    const verdict = this.#sim.judge.compare(this.#surface, symbol, this.#claimed[index]!, claim, this.#way.judgedDepth);
    this.tally.judged += 1;
    if (verdict !== null) this.tally.wrong.push(`${this.#sim.nowMs} ${symbol} ${JSON.stringify(verdict)}`);
  }

  #connect(nowMs: number): void {
    this.#connection = this.#sim.connect(this.#surface, {
      send: (text, about) => this.#onFrame(text, about),
      close: () => this.#closed(),
    });
    if (this.#connection === null) {
      this.#connectAtMs = nowMs + RECONNECT_AFTER_MS;
      return;
    }
    this.tally.connects += 1;
    this.#lastFrameMs = nowMs;
    this.#claimed.fill(-1);
    this.feed.opened(nowMs);
    if (this.#surface === 'kraken_spot') {
      this.#send('{"method":"subscribe","params":{"channel":"instrument","snapshot":true}}');
    }
    for (const symbol of this.#symbols) this.#send(this.#way.subscribe('subscribe', symbol));
  }

  #send(text: string): void {
    if (this.#connection !== null) this.#sim.receive(this.#connection, text);
  }

  #closed(): void {
    this.#connection = null;
    this.#connectAtMs = this.#sim.nowMs + RECONNECT_AFTER_MS;
    this.#snapshots = [];
    this.feed.closed(this.#sim.nowMs);
  }

  #onFrame(text: string, about: FrameSubject | null): void {
    const nowMs = this.#sim.nowMs;
    this.#lastFrameMs = nowMs;
    this.tally.frames += 1;
    if (about?.channel === 'book') {
      const index = this.#symbols.indexOf(about.symbol);
      this.#claimed[index] = about.kind === 'snapshot' ? about.sequence : Math.max(this.#claimed[index]!, about.sequence);
    }
    if (text.startsWith('{"channel":"instrument"')) this.#followDigits(text, nowMs);
    const length = this.#bytes.fill(text);
    this.feed.onFrame(this.#bytes.bytes, length, nowMs);
    if (about?.channel === 'book') this.judge(this.#symbols.indexOf(about.symbol));
  }

  #followDigits(text: string, nowMs: number): void {
    const message: unknown = JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
      typeof value === 'number' ? (context?.source ?? value) : value,
    );
    const precisions = parsePrecisions(message);
    if (!precisions.ok) throw new Error(JSON.stringify(precisions.error));
    for (const { symbol, ...digits } of precisions.value) {
      const index = this.instruments.indexOf(symbol);
      if (index >= 0) this.feed.digitsChanged(index, digits, nowMs);
    }
  }

  #heal(nowMs: number): void {
    for (const { remedy, instruments } of this.#requests.splice(0)) {
      if (remedy === 'reconnect') this.#drop();
      else for (const instrument of instruments) this.#renew(remedy, instrument, nowMs);
    }
  }

  #renew(remedy: 'fetch_snapshot' | 'resubscribe', instrument: number, nowMs: number): void {
    if (remedy === 'fetch_snapshot') {
      this.feed.resubscribed(instrument, nowMs);
      this.#snapshots.push({ instrument, atMs: nowMs });
    } else if (this.#connection !== null) {
      this.feed.resubscribed(instrument, nowMs);
      this.#send(this.#way.subscribe('unsubscribe', this.#symbols[instrument]!));
      this.#send(this.#way.subscribe('subscribe', this.#symbols[instrument]!));
    }
  }

  #drop(): void {
    if (this.#connection === null) return;
    this.#sim.disconnected(this.#connection);
    this.#closed();
  }

  #fetch(nowMs: number): void {
    const due = this.#snapshots.filter(({ atMs }) => atMs <= nowMs);
    this.#snapshots = this.#snapshots.filter(({ atMs }) => atMs > nowMs);
    for (const { instrument } of due) {
      if (this.feed.read(instrument).state !== 'buffering') continue;
      const symbol = this.#symbols[instrument]!;
      const target = `/gate/api/v4/futures/usdt/order_book?contract=${symbol}&limit=100&with_id=true`;
      const { answer, mode } = this.#sim.handle({ client: 'test', method: 'GET', target, atMs: nowMs });
      if (mode !== 'whole' || answer.status !== 200 || !this.#onReply(symbol, answer.body, nowMs)) {
        this.#snapshots.push({ instrument, atMs: nowMs + RETRY_SNAPSHOT_MS });
      }
    }
  }

  #onReply(symbol: string, body: string, nowMs: number): boolean {
    const reader = createFrameReader(gateFuturesBookReply(symbol), this.instruments);
    const bytes = new FrameBytes();
    return this.feed.onRestReply(reader, bytes.bytes, bytes.fill(body), nowMs) === 'books';
  }

  #keepAlive(nowMs: number): void {
    if (this.#connection === null) return;
    const limits = LIVENESS_LIMITS[this.#way.limits];
    const judged = liveness(limits, this.#lastFrameMs, nowMs);
    if (judged === 'stale') this.feed.wentSilent(nowMs);
    if (judged === 'reconnect') this.#drop();
    else if (nowMs >= this.#pingAtMs) {
      this.#pingAtMs = nowMs + (this.#surface === 'kraken_futures' ? 1e12 : 5_000);
      this.#send(this.#way.ping);
    }
  }
}
