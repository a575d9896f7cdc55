import { createEventLog, type EventLog } from '../event-log.ts';
import { type ExchangeRequest, SIMULATED_VENUES, type SimulatedVenue } from '../exchange.ts';
import type { Delivery } from '../faults/fault-answer.ts';
import type { LiveSurface } from '../live/live-instrument.ts';
import { Schedule } from '../live/schedule.ts';
import { jsonAnswer } from '../venues/venue-http.ts';

/** One message that a venue sent, verbatim; `null` for the end of its connection. */
export interface ReplayedMessage {
  readonly atMs: number;
  readonly data: string | Uint8Array | null;
}

/** What one recorded connection brought, in its order. */
export interface ReplayedStream {
  readonly surface: LiveSurface;
  readonly messages: readonly ReplayedMessage[];
}

/** A recorded answer of REST; `target` is path and query below the venue. */
export interface ReplayedReply {
  readonly venue: SimulatedVenue;
  readonly target: string;
  readonly atMs: number;
  readonly body: string;
}

export interface Replay {
  readonly streams: readonly ReplayedStream[];
  readonly replies: readonly ReplayedReply[];
}

/** The client's end of a connection. */
export interface ReplayOutlet {
  send(data: string | Uint8Array): void;
  close(code: number, reason: string): void;
}

const ENDED = 1000;

/** One client's connection to a recording. */
export class ReplayConnection {
  readonly surface: LiveSurface;
  readonly number: number;
  isAlive = true;
  readonly #begin: () => void;
  #hasBegun = false;

  constructor(surface: LiveSurface, number: number, begin: () => void) {
    this.surface = surface;
    this.number = number;
    this.#begin = begin;
  }

  /** The client's first message sets the recording going; what it asks for was asked when it was made. */
  receive(): void {
    if (this.#hasBegun || !this.isAlive) return;
    this.#hasBegun = true;
    this.#begin();
  }
}

/**
 * Recorded sessions behind the simulator's own sockets: the frames of a venue in their order and at their distances, on the recorded
 * clock, with the REST answers that were recorded beside them. The n-th connection to a surface gets the n-th recording of it, and
 * after the last one the first again. Time moves only by `advanceTo`.
 */
export class ReplaySimulator {
  readonly log: EventLog = createEventLog();
  readonly #replay: Replay;
  readonly #schedule: Schedule;
  readonly #next = new Map<LiveSurface, number>();
  #connected = 0;

  constructor(replay: Replay) {
    this.#replay = replay;
    const times = replay.streams.flatMap(({ messages }) => messages[0]?.atMs ?? []);
    this.#schedule = new Schedule(Math.min(...times, ...replay.replies.map(({ atMs }) => atMs)) * 1000);
  }

  /** The recorded clock. */
  get nowMs(): number {
    return this.#schedule.nowMs;
  }

  advanceTo(ms: number): void {
    this.#schedule.advanceTo(ms * 1000);
  }

  /** The newest recorded answer to this request that was there by now, else the oldest; 404 without one. */
  handle({ method, target }: ExchangeRequest): Delivery {
    const venue = SIMULATED_VENUES.find((name) => target.startsWith(`/${name}/`));
    const rest = target.slice((venue ?? '').length + 1);
    const known = this.#replay.replies.filter((reply) => reply.venue === venue && reply.target === rest);
    const reply = known.findLast(({ atMs }) => atMs <= this.nowMs) ?? known[0];
    this.#note(`${method} ${target} ${reply === undefined ? 'unknown' : `of ${reply.atMs}`}`);
    const answer =
      reply === undefined
        ? jsonAnswer(404, { error: 'not recorded' })
        : { status: 200, headers: { 'content-type': 'application/json' }, body: reply.body };
    return { answer, delayMs: 0, mode: 'whole' };
  }

  /** A surface without a recording takes no connections. */
  refuses(surface: LiveSurface): boolean {
    return !this.#replay.streams.some((stream) => stream.surface === surface);
  }

  connect(surface: LiveSurface, outlet: ReplayOutlet): ReplayConnection | null {
    const own = this.#replay.streams.filter((stream) => stream.surface === surface);
    const place = this.#next.get(surface) ?? 0;
    const stream = own[place % Math.max(1, own.length)];
    if (stream === undefined) return null;
    this.#next.set(surface, place + 1);
    this.#connected += 1;
    this.#note(`open ${this.#connected} ${surface}`);
    const connection = new ReplayConnection(surface, this.#connected, () => this.#play(stream, connection, outlet));
    return connection;
  }

  receive(connection: ReplayConnection, text: string): void {
    this.#note(`recv ${connection.number} ${text}`);
    connection.receive();
  }

  disconnected(connection: ReplayConnection): void {
    if (!connection.isAlive) return;
    connection.isAlive = false;
    this.#note(`left ${connection.number}`);
  }

  dropSlow(connection: ReplayConnection): void {
    this.disconnected(connection);
  }

  /** At the recorded times, or as much later as the connection is. */
  #play({ messages }: ReplayedStream, connection: ReplayConnection, outlet: ReplayOutlet): void {
    const lateMs = Math.max(0, this.nowMs - (messages[0]?.atMs ?? 0));
    let place = 0;
    const next = (): void => {
      const message = messages[place];
      if (message === undefined || !connection.isAlive) return;
      this.#schedule.after((message.atMs + lateMs) * 1000 - this.#schedule.nowUs, () => {
        if (!connection.isAlive) return;
        place += 1;
        if (message.data !== null) outlet.send(message.data);
        else {
          connection.isAlive = false;
          outlet.close(ENDED, 'the recording ends here');
        }
        next();
      });
    };
    next();
  }

  #note(line: string): void {
    this.log.append(`${this.nowMs} ${line}`);
  }
}
