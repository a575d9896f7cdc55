import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';
import { Throughput } from './throughput.ts';

/** How long it took from the venue's stamp to us: prompt events only. */
export type LatencySink = (venue: string, latencyMs: number) => void;

/** Stamped by the venue when they happen and sent at once. */
const PROMPT: ReadonlySet<MarketEvent['type']> = new Set(['trade', 'book_top']);

/** Come again and again while all is well, so that their age means something. */
const STEADY: ReadonlySet<MarketEvent['type']> = new Set([
  'book_top',
  'book_depth',
  'trade',
  'mark',
  'basis',
  'funding',
  'open_interest',
  'long_short',
  'taker_volume',
  'liquidation_stats',
  'venue_health',
]);

/** What market events amount to for metrics: counts by name, and when each kind of a venue was last heard. */
export class EventCounters {
  /** Events by venue. */
  readonly events = new Map<string, number>();
  /** Lost books by `venue reason`. */
  readonly resyncs = new Map<string, number>();
  /** Books that contradicted their checksum, by instrument. */
  readonly checksumFailures = new Map<string, number>();
  /** Lost trades and gaps in sequences, all venues. */
  gaps = 0;
  /** Time of the newest event of a steady kind by `venue type`, ms since the epoch. */
  readonly heardMs = new Map<string, number>();
  /** How old the newest prompt event of each venue was when it came, ms. */
  readonly arrivalAgeMs = new Map<string, number>();
  /** Events a second by venue. */
  readonly throughput = new Throughput();
  readonly #latency: LatencySink;

  constructor(latency: LatencySink) {
    this.#latency = latency;
  }

  onEvent(event: MarketEvent): void {
    const { venue, type } = event;
    add(this.events, venue);
    this.throughput.count(venue, event.ts_recv);
    if (STEADY.has(type)) this.heardMs.set(`${venue} ${type}`, event.ts_recv);
    if (PROMPT.has(type) && event.ts_event !== event.ts_recv) {
      const ageMs = Math.max(0, event.ts_recv - event.ts_event);
      this.arrivalAgeMs.set(venue, ageMs);
      this.#latency(venue, ageMs);
    }
    if (type === 'trade_gap') this.gaps += 1;
    if (type !== 'book_state' || event.live) return;
    const reason = event.reason ?? 'unknown';
    // The first attempt is no loss.
    if (reason === 'connecting') return;
    add(this.resyncs, `${venue} ${reason}`);
    if (reason === 'checksum') add(this.checksumFailures, event.instrument);
    if (reason === 'gap') this.gaps += 1;
  }
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
