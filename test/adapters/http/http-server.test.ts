import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { type RunningHttpServer, startHttpServer } from '#shared/adapters/http/http-server.ts';
import { MOST_BUFFERED_BYTES, StreamClients } from '#shared/adapters/http/stream-clients.ts';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import type { HttpHandler } from '#shared/ports/http-handler.ts';
import { StreamHub } from '#shared/quant/api/stream-hub.ts';

const START = 1_767_225_600_000;

/** Answers with what it was asked; `/fail` throws a secret, `/text` is text. */
const echo: HttpHandler = async (request) => {
  if (request.path === '/fail') throw new Error('what nobody may read');
  if (request.path === '/text') return { status: 200, headers: { 'Content-Type': 'text/csv' }, body: 'a,b\n' };
  if (!request.path.startsWith('/echo')) return undefined;
  const { method, path, body } = request;
  return { status: 200, headers: { 'Content-Range': 'rows 0-0/1' }, body: { method, path, query: [...request.query], body } };
};

async function start(hub = new StreamHub(START)) {
  const clock = manualClock(START);
  const logs: string[] = [];
  const log = (event: string, fields: object = {}) => void logs.push(`${event} ${JSON.stringify(fields)}`);
  const logger = { info: log, notice: log, warn: log, error: log };
  const options = { host: '127.0.0.1', port: 0, handlers: [() => undefined, echo], stream: hub };
  const server = await startHttpServer({ clock, logger }, options);
  onTestFinished(() => server.close());
  return { server, hub, clock, logs };
}

/** Messages of a WebSocket, waited for by their number. */
function listen({ url }: RunningHttpServer, query = '', headers: Record<string, string> = {}) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/stream${query}`, { headers });
  const messages: { event: string; seq: number; kind: string }[] = [];
  let wake = (): void => undefined;
  socket.on('message', (data) => {
    messages.push(JSON.parse((data as Buffer).toString('utf8')));
    wake();
  });
  const opened = new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
  opened.catch(() => undefined);
  const some = async (count: number) => {
    while (messages.length < count) await new Promise<void>((resolve) => (wake = resolve));
    return messages;
  };
  onTestFinished(() => socket.terminate());
  return { socket, opened, some, messages };
}

function strip(symbol: string | null) {
  return { total_oi_usd: 1, avg_z: null, strongest_symbol: symbol, bias: null };
}

describe('the HTTP server', () => {
  it('asks handlers in turn and puts the security headers on every answer', async () => {
    const { server } = await start();
    const answer = await fetch(`${server.url}/echo%20there?a=1&a=2`);
    expect(await answer.json()).toEqual({
      method: 'GET',
      path: '/echo there',
      query: [
        ['a', '1'],
        ['a', '2'],
      ],
      body: '',
    });
    const statuses: number[] = [];
    for (const path of ['/echo', '/text', '/nowhere', '/fail', '/events?no=1', '/%zz']) {
      const { status, headers } = await fetch(`${server.url}${path}`);
      statuses.push(status);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
    }
    expect(statuses).toEqual([200, 200, 404, 500, 400, 400]);
    expect((await fetch(`${server.url}/text`)).headers.get('content-type')).toBe('text/csv');
    expect(server.facts()).toMatchObject({ requests: 8, failures: 1 });
  });

  it('says nothing of a failure to the client, and all of it to the log', async () => {
    const { server, logs } = await start();
    expect(await (await fetch(`${server.url}/fail?token=abc`)).text()).not.toContain('nobody');
    expect(logs).toEqual(['http.request_failed {"path":"/fail","code":"UNEXPECTED","message":"what nobody may read"}']);
  });

  it('answers HEAD without a body, and refuses long bodies and foreign pages', async () => {
    const { server } = await start();
    const head = await fetch(`${server.url}/echo`, { method: 'HEAD' });
    expect([head.status, await head.text(), Number(head.headers.get('content-length')) > 10]).toEqual([200, '', true]);
    const post = async (body: string, origin: string) =>
      (await fetch(`${server.url}/echo`, { method: 'POST', body, headers: { Origin: origin } })).status;
    expect(await post('x', 'http://evil.example')).toBe(403);
    expect(await post('x', server.url)).toBe(200);
    expect(await statusOfLongBody(server.url)).toBe(413);
    const bytes = await fetch(`${server.url}/echo`, { method: 'POST', body: new Uint8Array([0xff]) });
    expect(bytes.status).toBe(400);
  });

  it('refuses a port that is taken', async () => {
    const { server, clock } = await start();
    const logger = { info() {}, notice() {}, warn() {}, error() {} };
    const port = Number(new URL(server.url).port);
    const second = startHttpServer({ clock, logger }, { host: '127.0.0.1', port, handlers: [] });
    await expect(second).rejects.toMatchObject({ code: 'HTTP_PORT_REFUSED' });
  });
});

describe('the stream over HTTP (quant spec §9.1)', () => {
  it('begins with a snapshot, goes on without a gap, and takes a client back where it was', async () => {
    const { server, hub } = await start();
    hub.snapshots('quant_summary', () => [strip('BTC-USD')]);
    const first = listen(server, '?topics=quant_summary,alert');
    expect((await first.some(1))[0]).toMatchObject({ event: 'quant_summary', kind: 'snapshot', seq: START });
    for (const symbol of ['A-USD', 'B-USD', 'C-USD']) hub.push('quant_summary', START + 1, strip(symbol));
    const seen = await first.some(4);
    expect(seen.map(({ seq, kind }) => [seq - START, kind])).toEqual([
      [0, 'snapshot'],
      [1, 'delta'],
      [2, 'delta'],
      [3, 'delta'],
    ]);
    first.socket.terminate();
    const again = listen(server, `?topics=quant_summary&from_seq=${START + 1}`);
    expect((await again.some(2)).map(({ seq }) => seq - START)).toEqual([2, 3]);
    const lost = listen(server, '?topics=quant_summary&from_seq=quant_summary:12');
    expect((await lost.some(1))[0]).toMatchObject({ kind: 'snapshot', seq: START + 3 });
  });

  it('tells quiet clients that it lives', async () => {
    const { server, clock } = await start();
    const client = listen(server, '?topics=alert');
    await client.opened;
    while (clock.pending() === 0) await new Promise((resolve) => setImmediate(resolve));
    while (server.facts().streamClients === 0) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(10_000);
    expect(await client.some(1)).toEqual([{ schema: 'stream/1', event: 'heartbeat', ts: START + 10_000 }]);
  });

  it('refuses foreign pages, unknown topics and other paths', async () => {
    const { server } = await start();
    await expect(listen(server, '', { Origin: 'http://evil.example' }).opened).rejects.toThrow('403');
    await expect(listen(server, '?topics=nope').opened).rejects.toThrow('400');
    await expect(listen(server, '?topics=a,b&from_seq=3').opened).rejects.toThrow('400');
    await expect(listen(server, 's').opened).rejects.toThrow('404');
  });

  it('speaks server-sent events with an id that carries every topic', async () => {
    const { server, hub } = await start();
    hub.snapshots('quant_summary', () => [strip(null)]);
    hub.push('quant_update_5s', START, { data: [], ts: START });
    const read = async (id: string): Promise<string> => {
      const stop = new AbortController();
      const headers = { 'Last-Event-ID': id };
      const { body, headers: sent } = await fetch(`${server.url}/events?topics=quant_summary,quant_update_5s`, {
        headers,
        signal: stop.signal,
      });
      expect(sent.get('content-type')).toBe('text/event-stream; charset=utf-8');
      const { value } = await body!.getReader().read();
      stop.abort();
      return new TextDecoder().decode(value);
    };
    const first = await read(`quant_summary:${START},quant_update_5s:${START}`);
    expect(first).toMatch(/^id: quant_summary:\d+,quant_update_5s:\d+\nevent: quant_update_5s\ndata: \{.*\}\n\n$/);
    expect(await read('rubbish')).toMatch(/event: quant_summary\ndata: \{"schema":"stream\/1"/);
  });

  it('drops a client that does not read, and no other', async () => {
    const { server, hub } = await start();
    const { port } = new URL(server.url);
    const idle = connect(Number(port), '127.0.0.1');
    idle.on('error', () => undefined);
    idle.write('GET /events?topics=quant_summary HTTP/1.1\r\nHost: x\r\n\r\n');
    idle.pause();
    onTestFinished(() => void idle.destroy());
    const reader = listen(server, '?topics=alert');
    await reader.opened;
    while (server.facts().streamClients < 2) await new Promise((resolve) => setImmediate(resolve));
    const long = 'X'.repeat(500_000);
    for (let i = 0; i < 60 && server.facts().slowDropped === 0; i++) {
      hub.push('quant_summary', START, { ...strip(null), strongest_symbol: long });
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(server.facts()).toMatchObject({ slowDropped: 1, streamClients: 1 });
  });
});

it('drops slow clients of any transport before their next message', () => {
  const hub = new StreamHub(START);
  const clients = new StreamClients(hub);
  let dropped = 0;
  const client = { send: () => undefined, buffered: () => MOST_BUFFERED_BYTES + 1, drop: () => void dropped++ };
  clients.add(client, { topics: null, from: {} });
  hub.push('quant_summary', START, strip(null));
  hub.push('quant_summary', START, strip(null));
  expect([dropped, clients.slowDropped, clients.size, hub.listeners]).toEqual([1, 1, 0, 0]);
});

/** Status of a POST that announces more than a body may have; `fetch` would not show it when the server closes early. */
function statusOfLongBody(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/echo`, { method: 'POST' }, (answer) => resolve(answer.statusCode ?? 0));
    sent.on('error', reject);
    sent.end('x'.repeat(70_000));
  });
}
