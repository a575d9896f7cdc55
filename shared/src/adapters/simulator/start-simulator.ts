import type { FaultRecord, LiveFault } from '../../simulator/faults/live-fault.ts';
import type { Judge } from '../../simulator/live/judge.ts';
import type { LiveSurface } from '../../simulator/live/live-instrument.ts';
import type { LiveSimulatorOptions } from '../../simulator/live-simulator.ts';
import { DEFAULT_NOW_MS } from '../../simulator/market/sample-market.ts';
import type { OrderSide } from '../../simulator/orders/order-side.ts';
import { RestartableSimulator } from '../../simulator/restartable-simulator.ts';
import { type GateUrls, gateUrls, type KrakenFuturesUrls, type KrakenUrls, krakenFuturesUrls, krakenUrls } from './ccxt-urls.ts';
import { liveControlAnswer } from './live-control.ts';
import { type HttpParts, serveHttp } from './serve-http.ts';
import { STREAM_PATHS, type StreamHost, serveStreams } from './stream-sockets.ts';

export interface SimulatorOptions extends LiveSimulatorOptions {
  /** `wall` (default): market time goes by itself. `virtual`: only `advance` moves it. */
  readonly clock?: 'wall' | 'virtual';
  /** Seconds of market time in a second of wall clock, default 1. */
  readonly speed?: number;
  /** 0 (default) = any free port. */
  readonly port?: number;
  /** Loopback addresses only; default 127.0.0.1. */
  readonly host?: '127.0.0.1' | '::1' | 'localhost';
  /** Serves `/__sim/…` (faults, clock, log, hash, true books) as well; for tests and drills. Default false. */
  readonly control?: boolean;
  /** A client that lets more bytes wait is thrown out, default 8 MiB. */
  readonly mostBufferedBytes?: number;
}

/** A running simulator: REST and streams of all venues on one loopback port. */
export interface RunningSimulator {
  /** Base url without a trailing slash. */
  readonly url: string;
  /** What replaces the host of a venue's REST calls: `https://api.kraken.com` → `restUrls.kraken`. */
  readonly restUrls: Readonly<Record<'kraken' | 'krakenfutures' | 'gate', string>>;
  /** Complete url of each stream. */
  readonly streamUrls: Readonly<Record<LiveSurface, string>>;
  readonly gateUrls: GateUrls;
  readonly krakenUrls: KrakenUrls;
  readonly krakenFuturesUrls: KrakenFuturesUrls;
  /** The venue's own knowledge of its books. */
  readonly judge: Judge;
  /** Accounts, their orders and the ledger that is right. */
  readonly orders: OrderSide;
  /** Market time. */
  nowMs(): number;
  /** Moves a virtual clock; nothing happens on the wall clock. */
  advance(ms: number): void;
  inject(fault: LiveFault): void;
  /** Everything that went wrong on purpose so far, oldest first. */
  faultLog(): readonly FaultRecord[];
  /** SHA-256 over everything asked, connected and broken so far. */
  eventLogHash(): string;
  eventLog(): readonly string[];
  /** Ends time, streams and requests; resolves when the port is free. */
  close(): Promise<void>;
}

const TICK_MS = 20;
/** Market time that one tick makes up for at most; the rest waits for the next ticks. */
const MOST_CATCH_UP_MS = 1_000;
/** A machine that slept longer than this loses the time. */
const MOST_BEHIND_MS = 30_000;
const MOST_BUFFERED_BYTES = 8 * 1024 * 1024;

/**
 * Starts the live simulator on a loopback port: no network, no account. On the wall clock its market time is this machine's time
 * unless `nowMs` says otherwise; on a virtual clock it is the sample market's. Throws `SIM_PORT_REFUSED`, `SIM_SYMBOL_UNKNOWN`
 * and `SIM_BEFORE_MARKET`.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const isVirtual = options.clock === 'virtual';
  const speed = options.speed ?? 1;
  const beganMs = performance.now();
  const nowMs = options.nowMs ?? (isVirtual ? DEFAULT_NOW_MS : Date.now());
  const simulator = new RestartableSimulator({ ...options, nowMs });
  const advance = (ms: number): void => {
    if (isVirtual) simulator.current.advanceTo(simulator.current.nowMs + ms);
  };
  const control = { control: liveControlAnswer.bind(undefined, simulator, isVirtual ? advance : undefined) };
  const handle: HttpParts['handle'] = (request) => simulator.current.handle(request);
  const parts = { handle, ...(options.control === true ? control : {}) };
  const listening = await serveHttp(parts, options.port ?? 0, options.host ?? '127.0.0.1');
  const { server, url } = listening;
  const endStreams = serveStreams(server, streamHost(simulator), options.mostBufferedBytes ?? MOST_BUFFERED_BYTES);
  // The machine's time went on while the market was made.
  const stopTime = isVirtual
    ? () => {}
    : letTimePass(simulator, speed, options.nowMs === undefined ? beganMs : performance.now());
  const streamBase = url.replace(/^http/, 'ws');
  const streamUrl = (surface: LiveSurface): string => streamBase + STREAM_PATHS[surface];
  return {
    url,
    restUrls: { kraken: `${url}/kraken`, krakenfutures: `${url}/krakenfutures`, gate: `${url}/gate` },
    streamUrls: {
      kraken_spot: streamUrl('kraken_spot'),
      kraken_futures: streamUrl('kraken_futures'),
      gate_spot: streamUrl('gate_spot'),
      gate_futures: streamUrl('gate_futures'),
    },
    gateUrls: gateUrls(url),
    krakenUrls: krakenUrls(url),
    krakenFuturesUrls: krakenFuturesUrls(url),
    get judge() {
      return simulator.current.judge;
    },
    get orders() {
      return simulator.current.orders;
    },
    nowMs: () => simulator.current.nowMs,
    advance,
    inject: (fault) => simulator.current.inject(fault),
    faultLog: () => simulator.current.faultLog,
    eventLogHash: () => simulator.current.log.hash(),
    eventLog: () => simulator.current.log.lines(),
    close: () => {
      stopTime();
      endStreams();
      return listening.close();
    },
  };
}

/** Clients of one that was replaced have been told so; what they still send is nothing. */
function streamHost(simulator: RestartableSimulator): StreamHost {
  return {
    refuses: (surface) => simulator.current.refuses(surface),
    connect: (surface, outlet) => simulator.current.connect(surface, outlet),
    receive: (connection, text) => simulator.current.receive(connection, text),
    dropSlow: (connection, bytes) => simulator.current.dropSlow(connection, bytes),
    disconnected: (connection) => simulator.current.disconnected(connection),
  };
}

/** Moves market time along with the wall clock since `beganMs`, a little at a time. Returns what stops it. */
function letTimePass(simulator: RestartableSimulator, speed: number, beganMs: number): () => void {
  let lastMs = beganMs;
  let dueMs = simulator.current.nowMs;
  const most = Math.max(1, speed);
  const timer = setInterval(() => {
    const wallMs = performance.now();
    dueMs += (wallMs - lastMs) * speed;
    lastMs = wallMs;
    dueMs = Math.min(dueMs, simulator.current.nowMs + MOST_BEHIND_MS * most);
    simulator.current.advanceTo(Math.floor(Math.min(dueMs, simulator.current.nowMs + MOST_CATCH_UP_MS * most)));
  }, TICK_MS);
  return () => clearInterval(timer);
}
