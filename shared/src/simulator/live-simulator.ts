import { type SeededRandom, seededRandom } from '../core/seeded-random.ts';
import { createEventLog, type EventLog } from './event-log.ts';
import { type ExchangeOptions, type ExchangeRequest, exchangeOver, type SimulatedVenue, sampleSurfaces } from './exchange.ts';
import type { Delivery } from './faults/fault-answer.ts';
import { FaultDesk } from './faults/fault-desk.ts';
import { injectLiveFault } from './faults/inject-live-fault.ts';
import { type FaultRecord, isFrameFault, isHttpFault, type LiveFault, type TimedFault } from './faults/live-fault.ts';
import { Judge } from './live/judge.ts';
import type { LiveSurface } from './live/live-instrument.ts';
import { LiveMarket } from './live/live-market.ts';
import { DEFAULT_BASES, isListed } from './live/live-universe.ts';
import { LiveConnection, type StreamOutlet } from './live-connection.ts';
import { createSampleMarket, DEFAULT_NOW_MS, DEFAULT_SEED } from './market/sample-market.ts';
import { OrderSide, PAPER_ACCOUNT, type SimulatedAccount } from './orders/order-side.ts';
import { SCENARIOS, type ScenarioName, STORM_SURFACES, stormKinds } from './scenarios.ts';
import { gateLiveRest } from './venues/gate-live-rest.ts';
import { krakenFuturesRest } from './venues/kraken-futures-rest.ts';
import { krakenLiveRest, type VenueState } from './venues/kraken-live-rest.ts';
import { krakenPrivateRest } from './venues/kraken-private/private-rest.ts';
import type { VenueSurface } from './venues/venue-http.ts';

export interface LiveSimulatorOptions extends Pick<ExchangeOptions, 'rateLimit' | 'krakenDarkPools' | 'logLines'> {
  /** Default: the sample market's. */
  readonly seed?: string;
  /** Default `calm`. */
  readonly scenario?: ScenarioName;
  /** Bases with live books, default 30 of them, as far as they are listed at that time; `USDT/USD` is always there. */
  readonly symbols?: readonly string[];
  /** Market time at the start; default the sample market's now. */
  readonly nowMs?: number;
  /** Levels on each side of a usual book, default 400. */
  readonly levels?: number;
  /** Changes of each book that the judge can go back to, default 5000. */
  readonly journalChanges?: number;
  /** Faults beside those of the scenario. */
  readonly faults?: readonly TimedFault[];
  /** Accounts at the simulated Kraken; default one with paper money. */
  readonly accounts?: readonly SimulatedAccount[];
}

/** Shortest and longest pause between two faults of a storm on one surface. */
const STORM_PAUSE_MS = { least: 8_000, most: 30_000 } as const;
const STORM_BEGINS_MS = 10_000;
const STORM_PATIENCE_MS = 20_000;
/** Past the timeout of usual clients. */
const LATE_ANSWER_MS = 12_000;
const NOTHING: Delivery = { answer: { status: 504, headers: {}, body: '' }, delayMs: 0, mode: 'hang' };

/**
 * The whole simulator without sockets: a live market, the venues' REST and streams over it, faults, a log and a judge. Time moves
 * only by `advanceTo`, so that the same seed, scenario and requests give the same bytes.
 */
export class LiveSimulator {
  readonly market: LiveMarket;
  readonly judge: Judge;
  readonly desk: FaultDesk;
  /** Accounts, their orders and the ledger that is right. */
  readonly orders: OrderSide;
  /** What was asked, connected and broken, in order, and a hash over it. */
  readonly log: EventLog;
  readonly seed: string;
  readonly scenario: ScenarioName;
  readonly #exchange: ReturnType<typeof exchangeOver>;
  readonly #connections = new Set<LiveConnection>();
  #connected = 0;

  constructor(options: LiveSimulatorOptions = {}) {
    this.log = createEventLog(options.logLines);
    this.seed = options.seed ?? DEFAULT_SEED;
    this.scenario = options.scenario ?? 'calm';
    const { profile, faults, storm } = SCENARIOS[this.scenario];
    const sample = createSampleMarket({ seed: this.seed, nowMs: options.nowMs ?? DEFAULT_NOW_MS });
    this.market = new LiveMarket(sample, {
      seed: `${this.seed}/${this.scenario}`,
      bases: options.symbols ?? DEFAULT_BASES.filter((base) => isListed(sample, base)),
      profile,
      levels: options.levels ?? 400,
      journalChanges: options.journalChanges ?? 5_000,
    });
    this.judge = new Judge(this.market);
    this.desk = new FaultDesk(this.market, (record) => this.#log(`fault ${JSON.stringify(record)}`));
    this.orders = new OrderSide(this.market, this.desk, this.seed, options.accounts ?? [PAPER_ACCOUNT]);
    this.#exchange = this.#openExchange(options);
    for (const { atMs, fault } of [...faults, ...(options.faults ?? [])]) {
      this.market.schedule.after(atMs * 1000, () => this.inject(fault));
    }
    if (storm) for (const surface of STORM_SURFACES) this.#planStorm(surface);
  }

  get nowMs(): number {
    return this.market.schedule.nowMs;
  }

  /** Everything that went wrong on purpose so far, oldest first. */
  get faultLog(): readonly FaultRecord[] {
    return this.desk.records;
  }

  /** Open connections. */
  get connections(): readonly LiveConnection[] {
    return [...this.#connections];
  }

  /** Moves market time forward; streams send what happens on the way. */
  advanceTo(ms: number): void {
    this.market.schedule.advanceTo(ms * 1000);
  }

  /** One REST request. `atMs` of the request is for rate limits only. */
  handle(request: ExchangeRequest): Delivery {
    const fault = this.orders.faults.ofRequest(request.target);
    const lost = fault?.kind === 'lost_request';
    const delivery = lost ? NOTHING : this.#exchange.handle(request);
    this.#log(lost ? `lost ${request.target}` : `http ${this.#exchange.log.last() ?? request.target}`);
    if (fault?.kind === 'lost_answer') return { ...delivery, mode: 'hang' };
    return fault?.kind === 'late_answer' ? { ...delivery, delayMs: fault.delayMs ?? LATE_ANSWER_MS } : delivery;
  }

  /** Whether the venue takes no connections now; asking counts as an attempt. */
  refuses(surface: LiveSurface): boolean {
    const refusal = this.desk.lasting('ws_refuse', surface) ?? this.desk.lasting('maintenance', surface);
    if (refusal !== undefined) this.#log(`refused ${surface}`);
    return refusal !== undefined;
  }

  /** A new stream connection; null when the venue refuses it. */
  connect(surface: LiveSurface, outlet: StreamOutlet): LiveConnection | null {
    if (this.refuses(surface)) return null;
    this.#connected += 1;
    const number = this.#connected;
    this.#log(`open ${number} ${surface}`);
    const connection = new LiveConnection(this, surface, number, {
      send: (text, about) => outlet.send(text, about),
      close: (code, reason) => {
        this.#forget(connection, `closed ${number} ${code}`);
        outlet.close(code, reason);
      },
    });
    this.#connections.add(connection);
    return connection;
  }

  /** One message of a client. */
  receive(connection: LiveConnection, text: string): void {
    this.#log(`recv ${connection.connection} ${text}`);
    connection.receive(text);
  }

  /** The client closed, or its socket broke. */
  disconnected(connection: LiveConnection): void {
    if (!this.#connections.has(connection)) return;
    connection.end();
    this.#forget(connection, `left ${connection.connection}`);
  }

  /** Ends a connection whose client does not read what it is sent. */
  dropSlow(connection: LiveConnection, bufferedBytes: number): void {
    const { surface } = connection;
    this.desk.record(
      { kind: 'slow_consumer', surface },
      { connection: connection.connection, detail: `${bufferedBytes} bytes waiting` },
    );
    connection.drop(1008, 'slow consumer');
  }

  /** Lets something go wrong now. */
  inject(fault: LiveFault): void {
    injectLiveFault(fault, {
      market: this.market,
      desk: this.desk,
      orders: this.orders.faults,
      connections: [...this.#connections].filter(({ surface }) => surface === fault.surface),
      injectHttp: (http) => this.#exchange.faults.inject(http),
    });
  }

  #openExchange(options: LiveSimulatorOptions): ReturnType<typeof exchangeOver> {
    const { sample } = this.market;
    const samples = sampleSurfaces(sample, options.krakenDarkPools === true);
    const surfaces = {
      kraken: this.#kraken(samples.kraken!),
      krakenfutures: krakenFuturesRest(this.market, this.#state('kraken_futures')),
      gate: gateLiveRest(this.market, this.#state('gate_spot'), this.#state('gate_futures'), samples.gate!),
    };
    const { faults: _timed, ...ofExchange } = options;
    return exchangeOver(sample, surfaces, ofExchange, (fault, venue, target) => {
      this.desk.record({ kind: fault.kind, surface: surfaceOf(venue, target) }, { detail: target });
    });
  }

  /** Private calls beside the public ones. */
  #kraken(sample: VenueSurface): VenueSurface {
    const state = this.#state('kraken_spot');
    const open = krakenLiveRest(this.market, state, sample);
    const closed = krakenPrivateRest({ market: this.market, state, ...this.#privateParts() });
    return (request) => (request.path.startsWith('/0/private/') ? closed(request) : open(request));
  }

  #privateParts(): Pick<OrderSide, 'desk' | 'keys' | 'tokens'> {
    const { desk, keys, tokens } = this.orders;
    return { desk, keys, tokens };
  }

  #state(surface: LiveSurface): VenueState {
    return {
      nowMs: () => Math.floor((this.market.schedule.nowUs + this.desk.skewUs(surface)) / 1000),
      isInMaintenance: () => this.desk.lasting('maintenance', surface) !== undefined,
    };
  }

  /** One fault after the other without end: every kind once in a drawn order, then all over again. */
  #planStorm(surface: LiveSurface): void {
    const random = seededRandom(`${this.seed}/storm/${surface}`);
    let bag: LiveFault['kind'][] = [];
    const next = (): void => {
      if (bag.length === 0) bag = shuffled(stormKinds(surface), random);
      this.inject(stormFault(bag.pop()!, surface));
      plan(STORM_PAUSE_MS.least + random.next() * (STORM_PAUSE_MS.most - STORM_PAUSE_MS.least));
    };
    const plan = (pauseMs: number): void => {
      this.market.schedule.after(pauseMs * 1000, next);
    };
    plan(STORM_BEGINS_MS + random.next() * STORM_PAUSE_MS.most);
  }

  #forget(connection: LiveConnection, line: string): void {
    if (this.#connections.delete(connection)) this.#log(`${line} after ${connection.sent}`);
  }

  #log(line: string): void {
    this.log.append(`${this.nowMs} ${line}`);
  }
}

/** What hits single messages or requests does not wait for ever. */
function stormFault(kind: LiveFault['kind'], surface: LiveSurface): LiveFault {
  const waits = isFrameFault(kind) || isHttpFault(kind);
  return { kind, surface, ...(waits ? { durationMs: STORM_PATIENCE_MS } : {}) };
}

function surfaceOf(venue: SimulatedVenue, target: string): LiveSurface {
  if (venue === 'kraken') return 'kraken_spot';
  if (venue === 'krakenfutures') return 'kraken_futures';
  return target.includes('/futures/') ? 'gate_futures' : 'gate_spot';
}

/** Fisher–Yates. */
function shuffled<T>(items: readonly T[], random: SeededRandom): T[] {
  const drawn = [...items];
  for (let last = drawn.length - 1; last > 0; last--) {
    const other = random.nextInt(last + 1);
    [drawn[last], drawn[other]] = [drawn[other]!, drawn[last]!];
  }
  return drawn;
}
