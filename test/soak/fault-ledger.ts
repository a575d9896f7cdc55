import type { FaultRecord } from '#shared/simulator/faults/live-fault.ts';
import type { LiveSurface } from '#shared/simulator/live/live-instrument.ts';
import { percentile, type Spread, spreadOf } from './percentiles.ts';

/** One thing that went wrong on purpose, from its first to its last effect. */
interface Episode {
  readonly kind: string;
  readonly surface: LiveSurface;
  readonly symbol: string | null;
  readonly beganMs: number;
  /** It lasts: later hits of its kind belong to it. */
  isOpen: boolean;
  isSeen: boolean;
}

interface Row {
  injected: number;
  missed: number;
  /** How it was seen, by reason. */
  readonly seen: Record<string, number>;
  readonly recoveries: Recovery[];
}

/** The parts of one recovery, ms. */
interface Recovery {
  /** From the injection until the book was lost. */
  readonly unseenMs: number;
  /** From then until the last socket was opened; 0 on the same one. */
  readonly noSocketMs: number;
  readonly syncMs: number;
}

/** What is out of order, since when, and why. */
interface Loss {
  readonly episode: Episode | null;
  readonly surface: LiveSurface;
  readonly isBook: boolean;
  readonly atMs: number;
}

/** One kind on one surface. */
export interface FaultRow {
  readonly kind: string;
  readonly surface: LiveSurface;
  readonly injected: number;
  /** Waited in vain for a message or request to hit. */
  readonly missed: number;
  /** First sign of it on the client's side, by reason; what was never seen did no harm, as the witness shows. */
  readonly seen: Readonly<Record<string, number>>;
  /** From the injection until each book that it cost was live again, or each poll answered again. */
  readonly recovery: Spread;
  /** Medians of its parts, ms: until it was noticed, without a socket, from a socket to life. */
  readonly parts: Readonly<Record<keyof Recovery, number | null>>;
}

/** Most faults show so soon. */
const SOON_MS = 30_000;
/** A sign is put down to a fault that began at most so long before. */
const MEMORY_MS = 90_000;
/** What hides until books are compared may be found this late. */
const HIDDEN_MEMORY_MS = 700_000;
const HIDDEN_KINDS: ReadonlySet<string> = new Set(['gap', 'reorder', 'corrupt_digit', 'corrupt_syntax', 'ws_stall']);

/** Puts what the clients noticed down to the faults that caused it, newest first. */
export class FaultLedger {
  /** Signs that no fault explains. */
  unexplained = 0;
  readonly examples: string[] = [];
  readonly #rows = new Map<string, Row>();
  readonly #episodes: Episode[] = [];
  readonly #broken = new Map<string, Loss>();
  readonly #openedMs = new Map<LiveSurface, number>();

  /** Something went wrong on purpose. */
  happened({ kind, surface, symbol, phase, atMs }: FaultRecord): void {
    const row = this.#row(kind, surface);
    const open = this.#episodes.findLast((episode) => episode.isOpen && episode.kind === kind && episode.surface === surface);
    if (phase === 'missed') row.missed += 1;
    else if (phase === 'end') {
      if (open !== undefined) open.isOpen = false;
    } else if (open === undefined || phase === 'begin') {
      row.injected += 1;
      this.#episodes.push({ kind, surface, symbol, beganMs: atMs, isOpen: phase === 'begin', isSeen: false });
      this.#forget(atMs);
    }
  }

  /** A client opened a socket. */
  opened(surface: LiveSurface, atMs: number): void {
    this.#openedMs.set(surface, atMs);
  }

  /** A book, poll or connection of a surface is out of order; `what` names it, `why` says how that was seen. */
  broke(surface: LiveSurface, what: string, symbol: string | null, why: string, atMs: number): void {
    if (this.#broken.has(what)) return;
    const episode = this.#cause(surface, symbol, why, atMs);
    this.#broken.set(what, { episode, surface, isBook: symbol !== null, atMs });
    if (episode === null) {
      this.unexplained += 1;
      if (this.examples.length < 10) this.examples.push(`${atMs} ${what} ${why}`);
      return;
    }
    this.#see(episode, why);
  }

  /** A sign of a fault that cost nothing by itself. */
  noticed(surface: LiveSurface, why: string, atMs: number): void {
    const episode = this.#cause(surface, null, why, atMs);
    if (episode !== null) this.#see(episode, why);
  }

  /** It is well again. */
  healed(what: string, atMs: number): void {
    const loss = this.#broken.get(what);
    this.#broken.delete(what);
    if (loss?.episode == null) return;
    const { episode, surface, isBook } = loss;
    const openedMs = isBook ? (this.#openedMs.get(surface) ?? 0) : 0;
    const noSocketMs = Math.max(0, openedMs - loss.atMs);
    const unseenMs = loss.atMs - episode.beganMs;
    this.#row(episode.kind, episode.surface).recoveries.push({ unseenMs, noSocketMs, syncMs: atMs - loss.atMs - noSocketMs });
  }

  /** Ordered by kind and surface. */
  rows(): readonly FaultRow[] {
    const named = [...this.#rows].map(([key, { injected, missed, seen, recoveries }]): FaultRow => {
      const [kind = '', surface = ''] = key.split(' ');
      const recovery = spreadOf(recoveries.map(({ unseenMs, noSocketMs, syncMs }) => unseenMs + noSocketMs + syncMs));
      const median = (part: keyof Recovery) =>
        percentile(
          recoveries.map((each) => each[part]),
          0.5,
        );
      const parts = { unseenMs: median('unseenMs'), noSocketMs: median('noSocketMs'), syncMs: median('syncMs') };
      return { kind, surface: surface as LiveSurface, injected, missed, seen, recovery, parts };
    });
    return named.toSorted((a, b) => (`${a.kind} ${a.surface}` < `${b.kind} ${b.surface}` ? -1 : 1));
  }

  /** The newest fault that fits, or that can have caused it; one that hides only when nothing else can. */
  #cause(surface: LiveSurface, symbol: string | null, why: string, atMs: number): Episode | null {
    const signs = why.startsWith('http ') ? 'http' : why === 'times ahead' ? 'clock' : 'book';
    const can = (episode: Episode, memoryMs: number): boolean =>
      canShow(episode.kind, signs) &&
      // A value may need the REST answers of two venues.
      (signs === 'http' || episode.surface === surface) &&
      (episode.symbol === null || symbol === null || episode.symbol === symbol || WHOLE_SOCKET.has(why)) &&
      (episode.isOpen || atMs - episode.beganMs <= memoryMs);
    const newest = (isFit: (episode: Episode) => boolean, memoryMs = MEMORY_MS): Episode | undefined =>
      this.#episodes.findLast((episode) => can(episode, memoryMs) && isFit(episode));
    return (
      newest((episode) => episode.surface === surface && (TYPICAL[why]?.includes(episode.kind) ?? true), SOON_MS) ??
      newest(() => true) ??
      newest(({ kind }) => HIDDEN_KINDS.has(kind), HIDDEN_MEMORY_MS) ??
      null
    );
  }

  #see(episode: Episode, why: string): void {
    if (episode.isSeen) return;
    episode.isSeen = true;
    const { seen } = this.#row(episode.kind, episode.surface);
    seen[why] = (seen[why] ?? 0) + 1;
  }

  #forget(atMs: number): void {
    while (this.#episodes.length > 0 && !this.#episodes[0]!.isOpen && atMs - this.#episodes[0]!.beganMs > HIDDEN_MEMORY_MS) {
      this.#episodes.shift();
    }
  }

  #row(kind: string, surface: LiveSurface): Row {
    const key = `${kind} ${surface}`;
    const row = this.#rows.get(key) ?? { injected: 0, missed: 0, seen: {}, recoveries: [] };
    this.#rows.set(key, row);
    return row;
  }
}

/** Reasons that concern every book of a socket, though only one of them was hit. */
const WHOLE_SOCKET: ReadonlySet<string> = new Set(['parse', 'disconnect', 'stale']);
/** What a reason usually comes from; anything else only when there is none of these. */
const TYPICAL: Readonly<Record<string, readonly string[]>> = {
  gap: ['gap', 'reorder', 'ws_stall', 'clock_jump', 'clock_skew'],
  checksum: ['gap', 'reorder', 'ws_stall', 'bad_checksum', 'corrupt_digit'],
  parse: ['corrupt_syntax'],
  crossed: ['crossed', 'corrupt_digit'],
  stale: ['ws_half_open'],
  disconnect: ['ws_disconnect', 'ws_refuse', 'late_snapshot', 'maintenance', 'ws_half_open'],
  spec_changed: ['precision_change'],
};
const MARKET_KINDS: ReadonlySet<string> = new Set(['halt', 'delist', 'depeg', 'funding_spike', 'liquidation_cascade']);

/** Whether a kind of fault shows in that kind of sign. */
function canShow(kind: string, signs: 'http' | 'clock' | 'book'): boolean {
  if (signs === 'http') return kind.startsWith('http_') || kind === 'maintenance';
  if (signs === 'clock') return kind.startsWith('clock_');
  return !kind.startsWith('http_') && !MARKET_KINDS.has(kind);
}
