import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { FolderFrameRecorder } from '#shared/adapters/venues/folder-frame-recorder.ts';
import { readGzip } from '#shared/adapters/venues/read-gzip.ts';
import { temporaryFolder } from '../adapters/temporary-folder.ts';
import { krakenSession } from '../recordings/kraken-session.ts';
import { hasRecordings, RECORDED_DATA } from '../recordings/recorded-data.ts';
import { livepoolHere } from './in-process.ts';

const FRAMES = [
  ...krakenSession({
    seed: 'files',
    symbol: 'BTC/USD',
    priceDecimals: 1,
    sizeDecimals: 8,
    midTicks: 773_628,
    depth: 10,
    updates: 40,
  }),
];
const marked = (frames: readonly string[]): string =>
  frames.map((frame, index) => `${1_618_678_132.5 + index}: ${frame}`).join('\n');
const TEXT = `wss://ws.kraken.com/v2 <-> 1618678132.1\n\n${marked(FRAMES)}\n`;

interface Answer {
  readonly ok: boolean;
  readonly connections: readonly {
    readonly frames: number;
    readonly instruments: readonly Readonly<Record<string, unknown>>[];
  }[];
  readonly notes: readonly string[];
  readonly faults: readonly { readonly file: string; readonly line: number; readonly reason: string }[];
}

let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
});

async function verify(...args: readonly string[]): Promise<Answer & { readonly exit: number }> {
  const { exit, stdout } = await livepoolHere('feeds', 'verify', ...args, '--json');
  return { exit: Number(exit), ...(JSON.parse(stdout) as Answer) };
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const WHOLE = { exit: 0, ok: true, faults: [], connections: [{ frames: 41, instruments: [{ checksums: 41, proof: 'book' }] }] };

describe('livepool feeds verify', () => {
  it.each([
    ['plain text', () => file('a.txt', TEXT)],
    ['CRLF line ends and blank lines', () => file('a.txt', TEXT.replaceAll('\n', '\r\n'))],
    ['a byte order mark', () => file('a.txt', `\uFEFF${TEXT}`)],
    ['no line end at the end', () => file('a.txt', TEXT.trimEnd())],
    ['gzip under any name', () => file('a.log', gzipSync(TEXT))],
    ['gzip in two members', () => file('a.gz', Buffer.concat([gzipSync(TEXT.slice(0, 900)), gzipSync(TEXT.slice(900))]))],
    ['zstd', () => file('a.zst', zstdCompressSync(TEXT))],
    ['bare JSON lines', () => file('a.jsonl', FRAMES.join('\n'))],
    [
      'stamped lines',
      () => file('a.txt', FRAMES.map((frame, index) => `${1_723_161_256_172_210_766n + BigInt(index)} ${frame}`).join('\n')),
    ],
  ])('reads %s', async (_what, made) => {
    expect(await verify(made())).toMatchObject(WHOLE);
  });

  it.skipIf(!hasXz())('reads xz where the machine can', async () => {
    const path = file('a.txt', TEXT);
    execFileSync('xz', ['-z', path]);
    expect(await verify(`${path}.xz`)).toMatchObject(WHOLE);
  });

  it('verifies what is before the end of a file that was cut off, and says that it was', async () => {
    const cut = await verify(file('a.txt', TEXT.slice(0, -40)));
    expect(cut).toMatchObject({ exit: 0, faults: [], connections: [{ instruments: [{ checksums: 40 }] }] });
    const squeezed = gzipSync(TEXT);
    const broken = await verify(file('a.gz', squeezed.subarray(0, squeezed.length - 200)));
    expect(broken).toMatchObject({ exit: 0, faults: [], notes: [expect.stringContaining('is cut off')] });
    expect(broken.connections[0]!.frames).toBeGreaterThan(5);
  });

  it('names file and line of what is wrong', async () => {
    const lines = TEXT.split('\n');
    const path = file('a.txt', [...lines.slice(0, 9), 'what is this', ...lines.slice(10)].join('\n'));
    const { exit, faults } = await verify(path);
    expect([exit, faults[0]]).toEqual([1, expect.objectContaining({ file: path, line: 10, reason: 'unreadable' })]);
    expect(faults[1]).toMatchObject({ line: 11, reason: 'checksum' });
    const { stderr } = await livepoolHere('feeds', 'verify', path);
    expect(stderr).toContain(`${path}:10: unreadable: no line of a recording: what is this`);
  });

  it.each([
    ['prose', 'some notes\nand more', /line 1 has no known form: some notes/],
    ['noise', Uint8Array.of(1, 200, 27, 91, 50, 74, 10, 65), /line 1 has no known form: [?[2J]+\n/],
    ['nothing', '', /it has no lines/],
    [
      'a damaged gzip',
      Buffer.concat([gzipSync(TEXT).subarray(0, 300), Buffer.alloc(300, 7), gzipSync(TEXT).subarray(600)]),
      /cannot be read as a recording/,
    ],
    ['frames of nobody', '{"hello":1}\n{"hello":2}', /:1: no frame of .* says which venue it is of; name it with --feed/],
  ])('refuses %s', async (_what, content, message) => {
    const { exit, stderr } = await livepoolHere('feeds', 'verify', file('x', content));
    expect([exit, stderr]).toEqual([1, expect.stringMatching(message)]);
  });

  it('takes a folder of our own, finds what the recorder lost, and files that are not those of their index', async () => {
    const recorder = new FolderFrameRecorder({ folder, run: 'r1', header: {} });
    const common = { connection: 'kraken.spot.1.1', url: 'wss://x' };
    recorder.record({ ...common, kind: 'connect', tsMs: 3_599_000, data: '' });
    for (const [index, data] of FRAMES.entries())
      recorder.record({ ...common, kind: 'recv', tsMs: 3_599_000 + index * 50, data });
    await recorder.close();
    expect(await verify(folder)).toMatchObject({
      ...WHOLE,
      connections: [{ connection: 'kraken.spot.1.1', files: { length: 2 } }],
    });
    const own = (data: string, t = 'recv'): string => JSON.stringify({ t, ts_ns: '1000000', conn: 'kraken.spot.1.1', data });
    const lost = [
      ...FRAMES.slice(0, 9).map((frame) => own(frame)),
      '{"t":"gap","ts_ns":"1000000","conn":"kraken.spot.1.1","dropped":2}',
      ...FRAMES.slice(11).map((frame) => own(frame)),
    ];
    const path = file('lost-r2.ndjson.gz', gzipSync(`${lost.join('\n')}\n`));
    file('lost-r2.index.json', '{"lines":1,"sha256":"00"}');
    const { exit, faults } = await verify(path);
    expect([exit, faults.map(({ line, reason }) => `${line} ${reason}`).slice(0, 3)]).toEqual([
      1,
      ['0 index', '10 lines_lost', '11 checksum'],
    ]);
  });

  it.each(['null', 'garbage', '{"t":"recv"}', ''])(
    'names one damaged line of ours, %j, and verifies all others',
    async (damage) => {
      const own = (data: string): string => JSON.stringify({ t: 'recv', ts_ns: '1000000', conn: 'kraken.spot.1.1', data });
      const lines = FRAMES.map(own);
      for (const at of [0, 20, FRAMES.length]) {
        const texts = damage === '' ? lines : lines.toSpliced(at, 0, damage);
        const path = file(`damaged-r${at}.ndjson.gz`, gzipSync(`${texts.join('\n')}\n`));
        const { exit, faults, connections } = await verify(path);
        expect([exit, faults.map(({ file: where, line, reason }) => [where, line, reason])]).toEqual(
          damage === '' ? [0, []] : [1, [[path, at + 1, 'unreadable']]],
        );
        expect(connections).toMatchObject([{ connection: 'kraken.spot.1.1', frames: 41, instruments: [{ checksums: 41 }] }]);
      }
    },
  );

  it('names a connection of ours whose name is damaged, and verifies the others', async () => {
    const own = (conn: string, data: string): string => JSON.stringify({ t: 'recv', ts_ns: '1000000', conn, data });
    const texts = [...FRAMES.map((frame) => own('kraken.spot.1.1', frame)), own('kr%ken', '{"a":1}')];
    const path = file('renamed-r1.ndjson.gz', gzipSync(`${texts.join('\n')}\n`));
    const { exit, faults, connections } = await verify(path);
    expect([exit, faults]).toEqual([1, [expect.objectContaining({ file: path, line: 42, reason: 'unreadable' })]]);
    expect(connections).toMatchObject([{ frames: 41 }]);
  });

  it('reads a recording whose recorder was killed, and says which files are cut off', async () => {
    const recorder = new FolderFrameRecorder({ folder, run: 'r1', header: {}, flushEveryMs: 1 });
    for (const [index, data] of FRAMES.entries())
      recorder.record({ connection: 'kraken.spot.1.1', kind: 'recv', tsMs: index, data });
    const path = join(folder, 'dt=1970-01-01', 'hour=00', 'kraken.spot.1.1-r1.ndjson.gz');
    await expect.poll(() => readGzip(readFileSync(path)).bytes.toString('utf8').split('\n').length).toBe(43);
    file('mexc.spot.1.1-r1.ndjson.gz', '');
    file('gate.spot.1.1-r1.ndjson.gz', gzipSync('x').subarray(0, 10));
    const { exit, notes, connections } = await verify(folder);
    expect([exit, notes.length, notes.filter((note) => note.includes('is cut off')).length]).toEqual([0, 3, 3]);
    expect(connections).toMatchObject([{ frames: 41, instruments: [{ checksums: 41 }] }]);
    const { stdout } = await livepoolHere('feeds', 'verify', folder);
    expect(stdout).toContain('everything verifies, up to where 3 of the files are cut off');
    await recorder.close();
    expect(await verify(path)).toMatchObject({ exit: 0, notes: [] });
  });
});

describe.skipIf(!hasRecordings('recordings through the command'))('recordings through the command', () => {
  const payloads = join(RECORDED_DATA, 'exchange-payloads');

  it.each([
    [['cryptofeed/KRAKEN.ws.50.0.book1000.5pairs.gz'], 'checksums', 2_574],
    [['transcribed/kraken_v2_book_btcusd.first28.jsonl'], 'checksums', 21],
    [['transcribed/kraken_v2_book_btcusd_short.jsonl'], 'checksums', 4],
    [['cryptofeed/KRAKEN_FUTURES.ws.1.0.5products.gz'], 'updates', 1_454],
    [['cryptofeed/COINBASE.advanced.2026-08-09.first-40pct.jsonl.gz'], 'updates', 293],
    [['cryptofeed/GATEIO.ws.1.0.first-half', 'cryptofeed/GATEIO.http.0.0.orderbook'], 'updates', 66],
    [['cryptofeed/GATEIO_FUTURES.ws.1.0.ws.first-half', 'cryptofeed/GATEIO_FUTURES.http.0.0.orderbook'], 'updates', 146],
    [['cryptofeed/BINANCE.ws.1.0.gz', 'cryptofeed/BINANCE.http.0.0.gz'], 'updates', 177],
    [['cryptofeed/BINANCE_FUTURES.ws.1.0.2symbols.gz', 'cryptofeed/BINANCE_FUTURES.http.0.0.2symbols.gz'], 'updates', 440],
  ])('%j: all %s', async (names, figure, total) => {
    const { exit, faults, connections } = await verify(...names.map((name) => join(payloads, name)));
    const instruments = connections.flatMap((connection) => connection.instruments);
    expect([exit, faults]).toEqual([0, []]);
    expect(instruments.reduce((sum, each) => sum + Number(each[figure]), 0)).toBe(total);
    expect(instruments.filter(({ crossed }) => crossed !== 0)).toEqual([]);
  });
});

function hasXz(): boolean {
  try {
    execFileSync('xz', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
