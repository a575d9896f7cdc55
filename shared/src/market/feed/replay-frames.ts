import type { InstrumentSpec } from '../../contracts/instrument-spec.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { RawLine } from '../../ports/frame-recorder.ts';
import type { MarketEventSink } from '../../ports/market-feed.ts';
import type { EventPace } from './book-publisher.ts';
import { LiquidationSides } from './liquidation-sides.ts';
import type { SessionRequest } from './session-request.ts';
import { TradeFilter } from './trade-filter.ts';
import type { VenueProtocol } from './venue-protocol.ts';
import { type SessionOptions, VenueSession } from './venue-session.ts';

export interface ReplayOptions {
  readonly protocol: VenueProtocol;
  /** Instruments of the recorded connection, in its order. */
  readonly instruments: readonly InstrumentSpec[];
  readonly pace: EventPace;
  readonly emit: MarketEventSink;
}

/** What a replay found besides events. */
export interface ReplayOutcome {
  readonly lines: number;
  readonly sockets: number;
  /** Messages of ours that this program would write otherwise than the recorded one did. */
  readonly differingSends: number;
}

/**
 * Drives the sessions of one recorded connection with its lines: the same frames, replies and decisions at the recorded times,
 * so the same events. `linesNamed` gives each line its name for `raw_ref`, as the recorder did. Fails with INPUT_INVALID for a
 * line that belongs to no socket.
 */
export function replayFrames(
  lines: Iterable<readonly [line: RawLine, name: string | null]>,
  options: ReplayOptions,
): ReplayOutcome {
  const [trades, sides] = [new TradeFilter(), new LiquidationSides()];
  const sockets = new Map<string, ReplayedSocket>();
  const outcome = { lines: 0, sockets: 0, differingSends: 0 };
  for (const [line, name] of lines) {
    outcome.lines += 1;
    if (line.kind === 'connect') {
      sockets.set(line.connection, new ReplayedSocket(options, { trades, sides, nowMs: line.tsMs }));
      outcome.sockets += 1;
      continue;
    }
    const socket = sockets.get(line.connection);
    if (socket === undefined) throw noSocket(line);
    if (!socket.take(line, name)) outcome.differingSends += 1;
    if (line.kind !== 'close') continue;
    sockets.delete(line.connection);
    if (socket.wasListened && line.data !== 'rollover' && line.data !== 'stopped') trades.interrupted();
  }
  return outcome;
}

class ReplayedSocket {
  wasListened = false;
  readonly #session: VenueSession;
  readonly #asked: Extract<SessionRequest, { type: 'fetch' }>[] = [];

  constructor({ protocol, instruments, pace, emit }: ReplayOptions, known: Pick<SessionOptions, 'trades' | 'sides' | 'nowMs'>) {
    const ask = (request: SessionRequest): void => {
      if (request.type === 'fetch') this.#asked.push(request);
    };
    this.#session = new VenueSession({ protocol, instruments, pace, emit, ask, ...known });
  }

  /** False for a message that would be another one today. */
  take(line: RawLine, name: string | null): boolean {
    const session = this.#session;
    const { tsMs, data, note = {} } = line;
    switch (line.kind) {
      case 'recv': {
        const bytes = bytesOf(data);
        session.rawRef = name;
        session.onFrame(bytes, bytes.length, tsMs);
        return true;
      }
      case 'send':
        return this.#sent(line);
      case 'http':
        this.#reply(line.url ?? '', note.failed === true ? null : bytesOf(data), tsMs);
        return true;
      case 'close':
        if (data === 'stopped') session.hush();
        session.closed(tsMs);
        session.hush();
        return true;
      case 'mark':
      case 'connect':
        this.#mark(String(data), tsMs);
        return true;
    }
  }

  #mark(what: string, tsMs: number): void {
    const session = this.#session;
    if (what === 'opened') session.opened(tsMs);
    else if (what === 'stale') session.wentSilent(tsMs);
    else if (what === 'hush') session.hush();
    else if (what === 'listen') {
      this.wasListened = true;
      session.listen(tsMs);
    }
  }

  /** A subscription changes the books besides what it sends. */
  #sent({ tsMs, data, note = {} }: RawLine): boolean {
    const streams = Array.isArray(note.streams) ? (note.streams as readonly number[]) : [];
    if (note.action === 'subscribe') return this.#session.subscribeText(streams, tsMs) === data;
    return note.action !== 'unsubscribe' || this.#session.unsubscribeText(streams, tsMs) === data;
  }

  /** An answer belongs to the oldest question of the same path. */
  #reply(path: string, body: Uint8Array | null, tsMs: number): void {
    const asked = this.#asked.find(({ request }) => request.path === path);
    if (asked === undefined) return;
    this.#asked.splice(this.#asked.indexOf(asked), 1);
    this.#session.onReply(asked.purpose, asked.instrument, asked.request, body, tsMs);
  }
}

function bytesOf(data: string | Uint8Array): Uint8Array {
  return typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
}

function noSocket({ kind, connection, tsMs }: RawLine): LivepoolError {
  const message = `the recording has a ${kind} line of ${connection} at ${tsMs} before its connect line; give all its files, in order`;
  return new LivepoolError('INPUT_INVALID', 'terminal', message, { connection, kind });
}
