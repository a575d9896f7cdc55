import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';
import type { LiveSurface } from '#shared/simulator/live/live-instrument.ts';
import type { LiveSimulator } from '#shared/simulator/live-simulator.ts';
import { surfaceOf } from './book-claim.ts';
import type { BookWitness } from './book-witness.ts';
import { FaultLedger } from './fault-ledger.ts';
import type { StormWorld } from './storm-world.ts';
import { type LifeShares, SurfaceLife } from './surface-life.ts';

/** Sees what the clients tell and what goes wrong on purpose, and hands both to the ledger in the order in which they happened. */
export class StormObserver {
  readonly ledger = new FaultLedger();
  /** Books that came back to life. */
  resyncs = 0;
  readonly #simulator: LiveSimulator;
  readonly #witness: BookWitness;
  readonly #isLive = new Map<string, boolean>();
  readonly #codes = new Map<string, number>();
  readonly #life = new SurfaceLife();
  #records = 0;
  #symbols: ReadonlyMap<string, string> = new Map();

  constructor(simulator: LiveSimulator, witness: BookWitness) {
    this.#simulator = simulator;
    this.#witness = witness;
  }

  /** How books spent their time, by surface. */
  get life(): LifeShares {
    return this.#life.shares;
  }

  begin({ feeds }: StormWorld): void {
    this.#symbols = new Map(feeds.instruments.map(({ id, venue_symbol }) => [id, venue_symbol]));
  }

  /** A client opened a socket. */
  opened(surface: LiveSurface): void {
    this.ledger.opened(surface, this.#simulator.nowMs);
  }

  onEvent(event: MarketEvent): void {
    const { instrument, ts_recv: atMs } = event;
    const surface = surfaceOf(instrument);
    if (event.type !== 'book_state') {
      if (event.quality === 'suspect' && event.type === 'book_top') this.ledger.noticed(surface, 'times ahead', atMs);
      return;
    }
    // Faults of this instant are known before what they did.
    this.readFaults();
    const wasLive = this.#isLive.get(instrument);
    // A book that has not lived yet is not lost.
    if (event.live || wasLive !== undefined) this.#isLive.set(instrument, event.live);
    if (event.live) {
      if (wasLive === false) this.resyncs += 1;
      this.ledger.healed(instrument, atMs);
    } else if (wasLive === true) {
      this.ledger.broke(surface, instrument, this.#symbols.get(instrument) ?? null, event.reason ?? '', atMs);
    }
  }

  /** What is looked at every second. */
  look(world: StormWorld): void {
    this.readFaults();
    for (const book of world.books()) this.#witness.inspect(book);
    for (const status of world.statuses()) this.#life.look(surfaceOf(status.books[0]!.instrument), status);
    this.#readCodes(world);
    this.#readPolls(world);
  }

  /** Puts what went wrong on purpose since the last time on record. */
  readFaults(): void {
    const records = this.#simulator.faultLog;
    for (; this.#records < records.length; this.#records++) {
      const record = records[this.#records]!;
      this.ledger.happened(record);
      this.#life.happened(record);
      const isTampered = record.kind === 'corrupt_digit' && record.phase === 'hit' && record.surface !== 'kraken_spot';
      if (isTampered && record.symbol !== null) this.#witness.tampered(record.surface, record.symbol);
    }
  }

  #readCodes({ feeds }: StormWorld): void {
    for (const { venue, rest } of feeds.accesses) {
      for (const [name, count] of Object.entries(rest.counters.requests)) {
        const key = `${venue} ${name}`;
        const before = this.#codes.get(key) ?? 0;
        this.#codes.set(key, count);
        const code = name.slice(name.lastIndexOf(' ') + 1);
        if (count > before && code !== '200') {
          this.ledger.noticed(surfaceOfVenue(venue), `http ${code}`, this.#simulator.nowMs);
        }
      }
    }
  }

  #readPolls({ feeds }: StormWorld): void {
    const { nowMs } = this.#simulator;
    for (const poll of feeds.polls) {
      const surface = poll.feedId.startsWith('gate.perp') ? 'gate_futures' : surfaceOfVenue(poll.feedId.split('.')[0]!);
      // Several instruments have tasks of one name.
      for (const [index, { task, failures, lastFailure }] of poll.status().entries()) {
        const name = `${poll.feedId} ${task} ${index}`;
        if (failures > 0) this.ledger.broke(surface, name, null, `http ${lastFailure}`, nowMs);
        else this.ledger.healed(name, nowMs);
      }
    }
  }
}

function surfaceOfVenue(venue: string): LiveSurface {
  if (venue === 'kraken') return 'kraken_spot';
  return venue === 'krakenfutures' ? 'kraken_futures' : 'gate_spot';
}
