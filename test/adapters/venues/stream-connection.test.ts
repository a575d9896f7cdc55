import { afterEach, describe, expect, it } from 'vitest';
import { krakenSpotProtocol } from '#shared/market/venues/kraken-spot/protocol.ts';
import { krakenSession } from '../../recordings/kraken-session.ts';
import { START_MS, StreamWorld, spotSpec } from './stream-world.ts';
import { type VenueClientSocket, VenueServer } from './venue-server.ts';

const BTC = spotSpec('BTC-USD.spot@kraken', 'BTC/USD', 1, 8);
const ETH = spotSpec('ETH-USD.spot@kraken', 'ETH/USD', 2, 8);
const session = (seed: string, updates = 40) => [
  ...krakenSession({ seed, symbol: 'BTC/USD', priceDecimals: 1, sizeDecimals: 8, midTicks: 773_628, depth: 10, updates }),
];

let server: VenueServer | undefined;
let world: StreamWorld | undefined;

afterEach(async () => {
  await world?.stop();
  await server?.close();
  world = server = undefined;
});

describe('a connection to a venue', () => {
  it('subscribes, verifies the book and tells its state, top and depth', async () => {
    const frames = session('one');
    await start({ onBook: sendAll(frames) });
    await world!.passUntil('a depth', () => world!.of('book_depth').length > 0);
    expect(world!.states()).toEqual(['connecting', 'live']);
    const [top] = world!.of('book_top').slice(-1);
    expect(top).toMatchObject({ venue: 'kraken', instrument: 'BTC-USD.spot@kraken', quality: 'live', unit: 'quote' });
    expect(top!.bid).toBeLessThan(top!.ask);
    expect(world!.of('book_depth')[0]!.bands.map(({ bps }) => bps)).toEqual([10, 25, 100, 200]);
    expect(world!.connection.status()).toMatchObject({ phase: 'open', isStale: false, lost: 0, sockets: 1 });
  });

  it('resubscribes a book whose checksum fails, and says so at once', async () => {
    const frames = session('two');
    let times = 0;
    await start({
      onBook: (client) => {
        times += 1;
        // The first time one update is left out.
        sendAll(frames.filter((_frame, index) => times > 1 || index !== 7))(client);
      },
    });
    await world!.passUntil('the second life', () => world!.states().filter((state) => state === 'live').length === 2);
    expect(world!.states()).toEqual(['connecting', 'live', 'checksum', 'live']);
    expect(server!.clients[0]!.received.filter((text) => text.includes('"book"') && text.includes('unsubscribe'))).toHaveLength(
      1,
    );
    expect([server!.clients.length, world!.connection.status().counters.invalidations]).toEqual([1, { checksum: 1 }]);
  });

  it('comes back after a cut with a back-off, and tells that prints were lost', async () => {
    const frames = session('three');
    await start({
      onBook: sendAll(frames),
      trades: [
        [1, 2],
        [40, 41],
      ],
    });
    await world!.passUntil('a live book', () => world!.states().includes('live'));
    server!.clients[0]!.send(tradeFrame([3]));
    await world!.passUntil('a print', () => world!.of('trade').length === 1);
    server!.clients[0]!.cut();
    await world!.passUntil('the second connection', () => world!.states().filter((state) => state === 'live').length === 2);
    expect(world!.states()).toEqual(['connecting', 'live', 'disconnect', 'connecting', 'live']);
    await world!.passUntil('the gap', () => world!.of('trade_gap').length === 1);
    expect(world!.of('trade').map(({ trade_id }) => trade_id)).toEqual(['3', '40', '41']);
    expect(world!.of('trade_gap')[0]!.reason).toBe('disconnect');
    expect(server!.openClients).toBe(1);
  });

  it('closes a hole in the prints with what the venue repeats', async () => {
    const frames = session('four');
    await start({
      onBook: sendAll(frames),
      trades: [
        [1, 2],
        [2, 3, 4],
      ],
    });
    await world!.passUntil('a live book', () => world!.states().includes('live'));
    server!.clients[0]!.cut();
    await world!.passUntil('the prints of the hole', () => world!.of('trade').length === 2);
    expect(world!.of('trade').map(({ trade_id }) => trade_id)).toEqual(['3', '4']);
    expect(world!.of('trade_gap')).toEqual([]);
  });

  it('distrusts the books of a silent socket, then gives it up', async () => {
    const frames = session('five');
    await start({ onBook: sendAll(frames) });
    await world!.passUntil('a live book', () => world!.states().includes('live'));
    await world!.pass(6_000);
    expect(world!.states().slice(1)).toEqual(['live', 'stale']);
    await world!.passUntil('a second connection', () => server!.clients.length === 2);
    await world!.passUntil('a live book again', () => world!.bookStates()[0] === 'live');
    expect(world!.logs).toContain('connection.ended');
  });

  it('begins its books anew when a silent socket speaks again', async () => {
    const frames = session('five');
    await start({ onBook: sendAll(frames) });
    await world!.passUntil('a live book', () => world!.states().includes('live'));
    await world!.pass(6_000);
    server!.clients[0]!.send('{"channel":"heartbeat"}');
    await world!.passUntil('a live book again', () => world!.bookStates()[0] === 'live');
    expect([world!.states().slice(1), server!.clients.length]).toEqual([['live', 'stale', 'live'], 1]);
  });

  it('keeps the other books when the venue refuses one symbol', async () => {
    const frames = session('six');
    await start({ onBook: sendAll(frames), specs: [ETH, BTC], heartbeat: true });
    await world!.passUntil('a live book', () => world!.states().includes('live'));
    await world!.pass(15_000);
    expect(world!.connection.status().books.map(({ state, reason }) => [state, reason])).toEqual([
      ['invalid', 'refused'],
      ['live', null],
    ]);
    expect([server!.clients.length, world!.logs.includes('subscription.refused')]).toEqual([1, true]);
  });

  it('survives any bytes', async () => {
    const frames = session('seven');
    await start({ onBook: sendAll(frames), heartbeat: true });
    await world!.passUntil('a live book', () => world!.states().includes('live'));
    const [client] = server!.clients;
    client!.send('{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"up"}]}');
    client!.send('{"channel":"instrument","data":{}}');
    client!.send('{"channel":"status","data":7}');
    await world!.passUntil('three refused messages', () => world!.connection.status().counters.refused === 3);
    expect(world!.bookStates()).toEqual(['live']);
    client!.send(Uint8Array.of(0, 255, 1, 2));
    await world!.passUntil('a broken book', () => world!.states().includes('parse'));
    await world!.passUntil('a live book again', () => world!.bookStates()[0] === 'live');
  });

  it('goes over to a fresh socket at the end of its life without a moment without a book', async () => {
    const frames = session('eight');
    await start({ onBook: sendAll(frames), heartbeat: true, lifeMs: 30_000 });
    await world!.passUntil('a live book', () => world!.states().includes('live'));
    await world!.passUntil('only the second connection', () => server!.clients.length === 2 && server!.openClients === 1);
    expect(server!.clients.map((client) => client.isOpen)).toEqual([false, true]);
    // The second connection tells its own state first; in between nothing is said to be lost.
    expect(world!.states()).toEqual(['connecting', 'live', 'live']);
    expect([world!.bookStates(), world!.connection.status().lost]).toEqual([['live'], 0]);
  });
});

interface Script {
  readonly onBook: (client: VenueClientSocket) => void;
  readonly specs?: readonly (typeof BTC)[];
  /** Ids of the prints that the n-th subscription repeats. */
  readonly trades?: readonly (readonly number[])[];
  readonly heartbeat?: boolean;
  readonly lifeMs?: number;
}

/** A Kraken that knows BTC/USD only, speaking WebSocket v2. */
async function start({ onBook, specs = [BTC], trades = [], heartbeat = false, lifeMs }: Script): Promise<void> {
  let subscriptions = 0;
  server = await VenueServer.start({
    onMessage: (client, text) => {
      const { method, params, req_id } = JSON.parse(text) as { method: string; params?: Params; req_id?: number };
      if (method !== 'subscribe' || params === undefined) return;
      for (const symbol of params.symbol ?? ['']) {
        if (symbol === 'ETH/USD')
          client.send(
            `{"error":"Currency pair not supported","method":"subscribe","success":false,"symbol":"${symbol}","req_id":${req_id}}`,
          );
        else
          client.send(
            `{"method":"subscribe","result":{"channel":"${params.channel}","symbol":"${symbol}"},"success":true,"req_id":${req_id}}`,
          );
      }
      if (params.channel === 'book' && params.symbol?.includes('BTC/USD')) onBook(client);
      if (params.channel === 'instrument') client.send(INSTRUMENTS);
      if (params.channel === 'trade' && trades[subscriptions] !== undefined)
        client.send(tradeFrame(trades[subscriptions]!, 'snapshot'));
      if (params.channel === 'trade') subscriptions += 1;
    },
  });
  const protocol = krakenSpotProtocol(10);
  const limits = lifeMs === undefined ? protocol.limits : { ...protocol.limits, lifeMs };
  world = new StreamWorld(server, { ...protocol, limits }, specs);
  if (heartbeat) world.everySecond = () => beat();
}

interface Params {
  readonly channel: string;
  readonly symbol?: readonly string[];
}

function sendAll(frames: readonly string[]): (client: VenueClientSocket) => void {
  return (client) => {
    for (const frame of frames) client.send(frame);
  };
}

function beat(): void {
  for (const client of server!.clients) if (client.isOpen) client.send('{"channel":"heartbeat"}');
}

const INSTRUMENTS =
  '{"channel":"instrument","type":"snapshot","data":{"assets":[],"pairs":[{"symbol":"BTC/USD","price_precision":1,"qty_precision":8}]}}';

function tradeFrame(ids: readonly number[], type = 'update'): string {
  const timestamp = new Date(START_MS - 1_000).toISOString();
  const data = ids.map((trade_id) => ({
    symbol: 'BTC/USD',
    side: 'buy',
    price: 77_362.8,
    qty: 0.5,
    ord_type: 'limit',
    trade_id,
    timestamp,
  }));
  return JSON.stringify({ channel: 'trade', type, data });
}
