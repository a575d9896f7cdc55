import type { HttpIo } from '#shared/adapters/net/bounded-fetch.ts';
import type { OpenSocket } from '#shared/adapters/net/web-socket.ts';
import type { Delivery } from '#shared/simulator/faults/fault-answer.ts';
import { LIVE_SURFACES, type LiveSurface } from '#shared/simulator/live/live-instrument.ts';
import type { LiveSimulator } from '#shared/simulator/live-simulator.ts';
import { marketClock, type SoakClock } from './market-clock.ts';
import type { LineEvents, VenueLine } from './venue-line.ts';

/** A way over a network, there or back. */
const TRAVEL_MS = 20;

/** Clients and simulator in one process on one virtual clock: no sockets, and every run the same. */
export function memoryLine(simulator: LiveSimulator, events: LineEvents): VenueLine {
  const clock = marketClock(simulator);
  return {
    name: 'in memory, on a virtual clock',
    clock,
    openSocket: memorySockets(simulator, clock, events),
    http: memoryHttp(simulator, clock),
    // Names only: nothing listens there.
    endpoints: {
      rest: Object.fromEntries(['kraken', 'krakenfutures', 'gate'].map((venue) => [venue, `http://127.0.0.1/${venue}`])),
      sockets: {
        'kraken.spot': urlOf('kraken_spot'),
        'krakenfutures.perp': urlOf('kraken_futures'),
        'gate.spot': urlOf('gate_spot'),
        'gate.perp': urlOf('gate_futures'),
      },
    },
    close: async () => undefined,
  };
}

function urlOf(surface: LiveSurface): string {
  return `ws://127.0.0.1/${surface}`;
}

function memorySockets(simulator: LiveSimulator, clock: SoakClock, events: LineEvents): OpenSocket {
  return (url, client) => {
    const surface = LIVE_SURFACES.find((name) => url === urlOf(name))!;
    const bytes = new TextEncoder();
    let isOver = false;
    let send: (text: string) => void = () => undefined;
    let isAlive = (): boolean => false;
    let leave = (): void => undefined;
    const end = (reason: string): void => {
      if (isOver) return;
      isOver = true;
      client.closed(reason);
    };
    const pong = (): void => {
      if (isOver) return;
      events.spoke(surface);
      client.control();
    };
    const open = (): void => {
      if (isOver) return;
      // The venue speaks first, before it has returned from its welcome.
      const early: string[] = [];
      let isWelcome = true;
      const connection = simulator.connect(surface, {
        send: (text, about) => {
          if (isOver) return;
          events.spoke(surface);
          if (isWelcome) early.push(text);
          else client.frame(bytes.encode(text), false);
          if (about?.channel === 'book') events.consumed(surface, about);
        },
        close: (code) => end(`code ${code}`),
      });
      isWelcome = false;
      if (connection === null) {
        end('refused');
        return;
      }
      isAlive = () => connection.isAlive;
      send = (text) => void clock.sleep(TRAVEL_MS).then(() => simulator.receive(connection, text));
      leave = () => simulator.disconnected(connection);
      events.opened(surface);
      client.opened();
      for (const text of early) client.frame(bytes.encode(text), false);
    };
    void clock.sleep(TRAVEL_MS).then(open);
    return {
      send: (text) => send(text),
      ping: () => {
        if (isAlive()) void clock.sleep(TRAVEL_MS).then(pong);
      },
      destroy: () => {
        isOver = true;
        leave();
      },
    };
  };
}

function memoryHttp(simulator: LiveSimulator, clock: SoakClock): HttpIo {
  return {
    timeout: (ms) => clock.timeout(ms),
    fetch: async (url, { signal }) => {
      const { pathname, search } = new URL(url);
      await clock.sleep(TRAVEL_MS, signal ?? undefined);
      const request = { client: 'soak', method: 'GET', target: `${pathname}${search}`, atMs: simulator.nowMs };
      const delivery = simulator.handle(request);
      if (delivery.mode === 'hang') await endOf(signal!);
      await clock.sleep(TRAVEL_MS + delivery.delayMs, signal ?? undefined);
      return new Response(bodyOf(delivery), { status: delivery.answer.status, headers: delivery.answer.headers });
    },
  };
}

function bodyOf({ answer, mode }: Delivery): ReadableStream<Uint8Array> | string {
  if (mode !== 'cut') return answer.body;
  const whole = new TextEncoder().encode(answer.body);
  return new ReadableStream({
    start: (controller) => {
      controller.enqueue(whole.subarray(0, Math.ceil(whole.length / 2)));
      controller.error(new TypeError('terminated'));
    },
  });
}

/** Never resolves; rejects when the signal is aborted. */
function endOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(signal.reason as Error);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
