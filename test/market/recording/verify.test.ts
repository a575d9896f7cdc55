import { describe, expect, it } from 'vitest';
import { seededRandom } from '#shared/core/seeded-random.ts';
import type { ConnectionReport } from '#shared/market/recording/verify/connection-report.ts';
import { feedOfFrames, type RecordedFeedName, recordedFeed } from '#shared/market/recording/verify/recorded-feeds.ts';
import { formOf, type RecordedLine, recordedLine } from '#shared/market/recording/verify/recorded-line.ts';
import { verifyConnection } from '#shared/market/recording/verify/verify-connection.ts';
import { krakenSession } from '../../recordings/kraken-session.ts';

const SESSION = [
  ...krakenSession({
    seed: 'verify',
    symbol: 'BTC/USD',
    priceDecimals: 1,
    sizeDecimals: 8,
    midTicks: 773_628,
    depth: 10,
    updates: 60,
  }),
];

/** A recording of these frames, a line each. */
function linesOf(frames: readonly string[]): readonly RecordedLine[] {
  return frames.map((data, index) => {
    return { file: 'f', line: index + 1, connection: '', kind: 'recv', tsMs: index * 100, url: '', data, isCut: false };
  });
}

function verify(frames: readonly string[], feed: RecordedFeedName | undefined = feedOfFrames(frames)): ConnectionReport {
  return verifyConnection(linesOf(frames), recordedFeed(feed!));
}

const places = ({ faults }: ConnectionReport) => faults.map(({ line, reason }) => `${line} ${reason}`);

describe('a Kraken v2 recording', () => {
  const around = [
    '{"channel":"status","type":"update","data":[{"version":"2.0.10","system":"online","api_version":"v2","connection_id":1}]}',
    '{"method":"subscribe","result":{"channel":"book","depth":10,"snapshot":true,"symbol":"BTC/USD"},"success":true}',
    ...SESSION.slice(0, 20),
    '{"channel":"heartbeat"}',
    '{"method":"pong","req_id":1,"time_in":"2026-01-01T00:00:00Z","time_out":"2026-01-01T00:00:00Z"}',
    '{"channel":"ohlc","type":"update","data":[{"symbol":"BTC/USD","open":1.0}]}',
    '{"error":"Currency pair not supported","method":"subscribe","success":false,"symbol":"X/Y"}',
    ...SESSION.slice(20),
  ];

  it('verifies with everything in between that is no book', () => {
    const report = verify(around);
    expect(report).toMatchObject({ feed: 'kraken.spot', frames: 67, bookFrames: 61, messages: 6, faults: [] });
    expect(report.instruments).toMatchObject([
      { symbol: 'BTC/USD', updates: 60, snapshots: 1, checksums: 61, proof: 'book', state: 'live' },
    ]);
  });

  it('names the line behind every lost frame, and goes on with the next snapshot', () => {
    const twice = [...SESSION.filter((_, index) => index !== 7), ...SESSION.filter((_, index) => index !== 31)];
    const report = verify(twice);
    expect(places(report)[0]).toBe('8 checksum');
    expect(report.faults.at(-1)!.line).toBeGreaterThan(90);
  });

  it('names a frame that is no frame, and a level whose digit was changed', () => {
    expect(places(verify(SESSION.with(5, SESSION[5]!.slice(0, -3))))[0]).toBe('6 refused');
    const flipped = SESSION[9]!.replace(
      /"qty":(\d+)\.(\d)/,
      (_, whole: string, digit: string) => `"qty":${whole}.${(Number(digit) + 1) % 10}`,
    );
    expect(places(verify(SESSION.with(9, flipped))).length).toBeGreaterThan(0);
  });

  it('finds the depth that nobody says', () => {
    const deep = [
      ...krakenSession({
        seed: 'deep',
        symbol: 'A/USD',
        priceDecimals: 2,
        sizeDecimals: 4,
        midTicks: 9_000,
        depth: 25,
        updates: 80,
      }),
    ];
    expect(verify(deep)).toMatchObject({ faults: [], instruments: [{ checksums: 81 }] });
  });

  it('never throws, whatever bytes are lost or changed', () => {
    const random = seededRandom('bytes');
    for (let n = 0; n < 60; n++) {
      const at = random.nextInt(SESSION.length);
      const frame = SESSION[at]!;
      const place = random.nextInt(frame.length);
      const damaged = [
        frame.slice(0, place),
        `${frame.slice(0, place)}\u0000${frame.slice(place + 1)}`,
        '',
        '[]',
        'null',
        '{"channel":"book"}',
      ];
      expect(() => verify(SESSION.with(at, damaged[random.nextInt(damaged.length)]!))).not.toThrow();
    }
  });
});

describe('recordings of numbered venues', () => {
  const futures = (seq: number) =>
    `{"feed":"book","product_id":"PI_XBTUSD","side":"buy","seq":${seq},"price":100.5,"qty":2,"timestamp":1612269657781}`;
  const snapshot = (seq: number) =>
    `{"feed":"book_snapshot","product_id":"PI_XBTUSD","timestamp":1612269825817,"seq":${seq},"bids":[{"price":100,"qty":1}],"asks":[{"price":101,"qty":1}]}`;
  const coinbase = (n: number, rest = '"channel":"heartbeats","events":[{"heartbeat_counter":"1"}]') =>
    `{${rest},"timestamp":"2026-08-09T21:05:48.2Z","sequence_num":${n}}`;
  const l2 = (type: string) =>
    `"channel":"l2_data","events":[{"type":"${type}","product_id":"BTC-USD","updates":[{"side":"bid","price_level":"1.00","new_quantity":"1"}]}]`;

  it('have Kraken Futures events around the books', () => {
    const frames = [
      '{"event":"info","version":1}',
      '{"event":"subscribed","feed":"book","product_ids":["PI_XBTUSD"]}',
      snapshot(5),
      futures(6),
      '{"event":"alert","message":"Bad websocket message"}',
      '{"feed":"heartbeat","time":1}',
      futures(7),
    ];
    expect(verify(frames)).toMatchObject({ feed: 'krakenfutures.perp', bookFrames: 3, messages: 4, faults: [] });
    expect(places(verify([...frames, futures(9), futures(10), snapshot(20), futures(21), futures(23)]))).toEqual([
      '8 gap',
      '12 gap',
    ]);
  });

  it('have Coinbase number all frames, and nothing proven behind a gap', () => {
    const sound = [
      coinbase(0, '"channel":"subscriptions","events":[{"subscriptions":{"level2":["BTC-USD"]}}]'),
      coinbase(1, l2('snapshot')),
      coinbase(2),
      coinbase(3, l2('update')),
    ];
    expect(verify(sound)).toMatchObject({
      feed: 'coinbase.spot',
      faults: [],
      instruments: [{ updates: 1, snapshots: 1, proof: 'book' }],
    });
    const report = verify([
      ...sound,
      coinbase(5),
      coinbase(6, l2('update')),
      coinbase(0, l2('snapshot')),
      coinbase(1, l2('update')),
      coinbase(3),
    ]);
    expect([places(report), report.unproven]).toEqual([['5 gap', '9 gap'], 1]);
  });

  it('have Gemini v1 number a socket from 0, with the symbol in the events or the address', () => {
    const change = (reason: string, symbol: string) =>
      `{"type":"change","reason":"${reason}","price":"10.5","delta":"1","remaining":"2","side":"bid"${symbol}}`;
    const update = (n: number, reason: string, symbol = '') =>
      `{"type":"update","eventId":${n},"socket_sequence":${n},"events":[${change(reason, symbol)},{"type":"trade","price":"1","amount":"1"${symbol}}]}`;
    const frames = [
      update(0, 'initial'),
      '{"type":"heartbeat","timestampms":1,"sequence":0,"socket_sequence":1}',
      update(2, 'place'),
    ];
    expect(verify(frames)).toMatchObject({
      feed: 'gemini.spot.v1',
      faults: [],
      instruments: [{ symbol: '(of the address)', updates: 1 }],
    });
    const multi = [update(0, 'initial', ',"symbol":"BTCUSD"'), update(2, 'place', ',"symbol":"BTCUSD"')];
    expect(verify(multi)).toMatchObject({ instruments: [{ symbol: 'BTCUSD' }], faults: [{ line: 2, reason: 'gap' }] });
  });

  it('have Gate updates without any REST book checked by their numbers', () => {
    const update = (first: number, last: number) =>
      `{"time":1,"channel":"spot.order_book_update","event":"update","result":{"t":1606294781123,"e":"depthUpdate","E":1,"s":"BTC_USDT","U":${first},"u":${last},"b":[["19137.74","0.0001"]],"a":[]}}`;
    const frames = [
      '{"time":1,"channel":"spot.pong","event":"","error":null,"result":null}',
      '{"time":1,"channel":"spot.order_book_update","event":"subscribe","error":null,"result":{"status":"success"}}',
      '{"time":1,"channel":"spot.trades","event":"subscribe","error":{"code":2,"message":"unknown currency pair"},"result":null}',
      update(48, 50),
      update(51, 51),
      update(52, 60),
    ];
    expect(verify(frames)).toMatchObject({
      feed: 'gate.spot',
      faults: [],
      instruments: [{ updates: 3, proof: 'numbers', state: 'live' }],
    });
    expect(places(verify([...frames, update(62, 62), update(63, 63), update(65, 65)]))).toEqual(['7 gap', '9 gap']);
  });

  it('have Binance streams bare or combined, with a REST book among the frames', () => {
    const depth = (U: number, u: number) =>
      `{"e":"depthUpdate","E":123,"s":"ETHUSDT","U":${U},"u":${u},"b":[["2000.10","1.5"]],"a":[]}`;
    const combined = (frame: string) => `{"stream":"ethusdt@depth@100ms","data":${frame}}`;
    const book = '{"lastUpdateId":15,"bids":[["1999","1"]],"asks":[["2001","1"]]}';
    for (const wrap of [combined, (frame: string) => frame]) {
      const frames = [wrap(depth(10, 12)), book, '{"result":null,"id":1}', wrap(depth(13, 16)), wrap(depth(17, 18))];
      expect(verify(frames)).toMatchObject({
        feed: 'binance.spot',
        faults: [],
        instruments: [{ updates: 3, snapshots: 1, proof: 'book', state: 'live' }],
      });
      expect(places(verify([...frames, wrap(depth(20, 21))]))).toEqual(['6 gap']);
    }
  });
});

describe('lines of recordings', () => {
  const place = { file: 'f', line: 1, isCut: false };

  it.each([
    ['1618678132.9: {"a":1}', 'marked', 'recv'],
    ['wss://x <-> 1618678132.9', 'marked', 'connect'],
    ['1723161256172210766 {"a":1}', 'stamped', 'recv'],
    ['{"channel":"heartbeat"}', 'json', 'recv'],
    ['{"e":"trade","t":12345,"T":1}', 'json', 'recv'],
    ['[0,{"b":[]},"book-10","XBT/USD"]', 'json', 'recv'],
    ['{"t":"http","conn":"c","ts":1.5,"url":"u","data":"x"}', 'json', 'http'],
    ['{"t":"recv","ts_ns":"1000000","conn":"a.b.1","data":"x"}', 'own', 'recv'],
    ['{"t":"gap","ts_ns":"1000000","conn":"a.b.1","dropped":3}', 'own', 'gap'],
  ] as const)('%s is %s, %s', (text, form, kind) => {
    expect(formOf(text)).toBe(form);
    expect(recordedLine(form, text, place)).toMatchObject({ kind, ...place });
  });

  it('have no form where they are prose', () => {
    expect(formOf('what is this')).toBeNull();
    expect(recordedLine('own', 'what is this', place).kind).toBe('unreadable');
  });
});
