import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type RunningSimulator, type SimulatorOptions, startSimulator } from '#shared/adapters/simulator/start-simulator.ts';

const running: RunningSimulator[] = [];

async function start(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const simulator = await startSimulator({
    seed: '2',
    clock: 'virtual',
    symbols: ['BTC'],
    levels: 60,
    control: true,
    ...options,
  });
  running.push(simulator);
  return simulator;
}

afterEach(async () => {
  for (const simulator of running.splice(0)) await simulator.close();
});

interface Client {
  readonly socket: WebSocket;
  readonly texts: string[];
  /** Resolves when something was said that contains `part`. */
  readonly heard: (part: string) => Promise<string>;
}

async function connect(url: string): Promise<Client> {
  const socket = new WebSocket(url);
  const texts: string[] = [];
  const waiting: { readonly part: string; readonly tell: (text: string) => void }[] = [];
  socket.on('message', (data: Buffer) => {
    const text = data.toString('utf8');
    texts.push(text);
    for (const { tell } of waiting.filter(({ part }) => text.includes(part))) tell(text);
  });
  await once(socket, 'open');
  return {
    socket,
    texts,
    heard: (part) =>
      new Promise((tell) => {
        const known = texts.find((text) => text.includes(part));
        if (known === undefined) waiting.push({ part, tell });
        else tell(known);
      }),
  };
}

describe('the simulator on sockets', () => {
  it('streams every venue at its own path', async () => {
    const simulator = await start();
    const { kraken_spot, kraken_futures, gate_spot, gate_futures } = simulator.streamUrls;
    const clients = await Promise.all([kraken_spot, kraken_futures, gate_spot, gate_futures].map(connect));
    await clients[0]!.heard('"channel":"status"');
    await clients[1]!.heard('"event":"info"');
    clients[0]!.socket.send('{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"]}}');
    clients[1]!.socket.send('{"event":"subscribe","feed":"book","product_ids":["PF_XBTUSD"]}');
    clients[2]!.socket.send('{"time":1,"channel":"spot.obu","event":"subscribe","payload":["ob.BTC_USDT.50"]}');
    clients[3]!.socket.send(
      '{"time":1,"channel":"futures.order_book_update","event":"subscribe","payload":["BTC_USDT","100ms"]}',
    );
    await Promise.all([
      clients[0]!.heard('"type":"snapshot"'),
      clients[1]!.heard('book_snapshot'),
      clients[2]!.heard('"full":true'),
      clients[3]!.heard('"status":"success"'),
    ]);
    simulator.advance(1_000);
    await Promise.all([
      clients[0]!.heard('"type":"update","data":[{"symbol"'),
      clients[1]!.heard('"feed":"book"'),
      clients[2]!.heard('"U":'),
      clients[3]!.heard('"U":'),
    ]);
  });

  it('answers pings of the protocol, until the connection is half open', async () => {
    const simulator = await start();
    const { socket } = await connect(simulator.streamUrls.kraken_futures);
    socket.ping('a');
    expect(String((await once(socket, 'pong'))[0])).toBe('a');
    simulator.inject({ kind: 'ws_half_open', surface: 'kraken_futures' });
    let pongs = 0;
    socket.on('pong', () => {
      pongs += 1;
    });
    socket.ping('b');
    // The other connection's pong shows that the server has had its turn.
    const other = await connect(simulator.streamUrls.kraken_futures);
    other.socket.ping('c');
    await once(other.socket, 'pong');
    expect([pongs, socket.readyState]).toEqual([0, WebSocket.OPEN]);
  });

  it('closes and refuses as the faults say, and takes connections again', async () => {
    const simulator = await start();
    const { socket } = await connect(simulator.streamUrls.gate_futures);
    simulator.inject({ kind: 'ws_refuse', surface: 'gate_futures', durationMs: 5_000 });
    expect((await once(socket, 'close'))[0]).toBe(1011);
    const refused = new WebSocket(simulator.streamUrls.gate_futures);
    expect(String((await once(refused, 'error'))[0])).toContain('503');
    await connect(simulator.streamUrls.gate_spot);
    simulator.advance(6_000);
    await connect(simulator.streamUrls.gate_futures);
    expect(simulator.faultLog().map(({ kind, phase }) => `${kind} ${phase}`)).toEqual([
      'ws_refuse begin',
      'ws_refuse hit',
      'ws_refuse end',
    ]);
  });

  it('throws out a client that does not read', async () => {
    const simulator = await start({ mostBufferedBytes: 20_000 });
    const { socket, heard } = await connect(simulator.streamUrls.kraken_spot);
    socket.send('{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":1000}}');
    await heard('"type":"snapshot"');
    socket.pause();
    const closed = once(socket, 'close');
    for (let turns = 0; turns < 400 && simulator.faultLog().length === 0; turns++) {
      simulator.advance(60_000);
      await sleep(0);
    }
    expect(simulator.faultLog()).toMatchObject([{ kind: 'slow_consumer', surface: 'kraken_spot', connection: 1 }]);
    socket.resume();
    await closed;
  });

  it('lets wall-clock time pass by itself, at the speed asked for', async () => {
    const simulator = await start({ clock: 'wall', speed: 50, nowMs: Date.UTC(2026, 10, 1, 3, 15) });
    const { socket, heard } = await connect(simulator.streamUrls.kraken_spot);
    socket.send('{"method":"subscribe","params":{"channel":"trade","symbol":["BTC/USD"]}}');
    await heard('"channel":"heartbeat"');
    await heard('"trade_id"');
    expect(simulator.nowMs()).toBeGreaterThan(Date.UTC(2026, 10, 1, 3, 15));
    simulator.advance(1e9);
    expect(simulator.nowMs()).toBeLessThan(Date.UTC(2026, 10, 2));
  });

  it('is steered over HTTP: faults, clock, log, hash and true books', async () => {
    const simulator = await start();
    const ask = async (method: 'GET' | 'POST', path: string, body?: unknown) => {
      const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
      const response = await fetch(`${simulator.url}/__sim/${path}`, init);
      return [response.status, await response.json()] as const;
    };
    const before = simulator.nowMs();
    expect(await ask('POST', 'clock', { advanceMs: 2_500 })).toEqual([200, { ok: true }]);
    expect(simulator.nowMs()).toBe(before + 2_500);
    expect((await ask('POST', 'fault', { kind: 'crossed', surface: 'gate_spot' }))[0]).toBe(200);
    expect((await ask('POST', 'fault', { kind: 'nonsense', surface: 'gate_spot' }))[0]).toBe(400);
    expect((await ask('GET', 'faults'))[1]).toMatchObject([{ kind: 'crossed', phase: 'begin', symbol: 'BTC_USDT' }]);
    const [status, book] = await ask('GET', 'book?surface=gate_spot&symbol=BTC_USDT&depth=3');
    expect([status, book]).toEqual([200, simulator.judge.book('gate_spot', 'BTC_USDT', 3)]);
    expect((await ask('GET', 'book?surface=gate_spot&symbol=NOPE_USDT'))[0]).toBe(404);
    expect((await ask('GET', 'hash'))[1]).toEqual({ sha256: simulator.eventLogHash() });
    expect((await ask('GET', 'nothing'))[0]).toBe(404);
  });

  it('begins anew in another weather, or as it was started, and ends every stream of before', async () => {
    const simulator = await start();
    const post = (path: string, body?: unknown) =>
      fetch(`${simulator.url}/__sim/${path}`, { method: 'POST', ...(body !== undefined && { body: JSON.stringify(body) }) });
    const [startMs, firstHash] = [simulator.nowMs(), simulator.eventLogHash()];
    const first = await connect(simulator.streamUrls.kraken_spot);
    simulator.advance(5_000);
    expect((await post('scenario', { name: 'hail' })).status).toBe(400);
    expect(first.socket.readyState).toBe(WebSocket.OPEN);
    const ended = once(first.socket, 'close');
    expect((await post('scenario', { name: 'storm' })).status).toBe(200);
    expect((await ended)[0]).toBe(1012);
    expect(simulator.nowMs()).toBe(startMs + 5_000);
    simulator.advance(120_000);
    expect(new Set(simulator.faultLog().map(({ kind }) => kind)).size).toBeGreaterThan(3);

    const second = await connect(simulator.streamUrls.gate_spot);
    const endedAgain = once(second.socket, 'close');
    expect((await post('reset')).status).toBe(200);
    await endedAgain;
    expect([simulator.nowMs(), simulator.eventLogHash(), simulator.faultLog()]).toEqual([startMs, firstHash, []]);
    const third = await connect(simulator.streamUrls.kraken_spot);
    await third.heard('"channel":"status"');
  });

  it('keeps its steering to itself unless asked for, and knows no other paths', async () => {
    const simulator = await start({ control: false });
    expect((await fetch(`${simulator.url}/__sim/hash`)).status).toBe(404);
    const lost = new WebSocket(`${simulator.url.replace('http', 'ws')}/nothing`);
    expect(String((await once(lost, 'error'))[0])).toContain('404');
  });

  it('refuses bases that the venues do not list', async () => {
    await expect(startSimulator({ clock: 'virtual', symbols: ['NOPE'] })).rejects.toMatchObject({ code: 'SIM_SYMBOL_UNKNOWN' });
  });
});
