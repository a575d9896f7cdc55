import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ManualClock, manualClock } from '#shared/adapters/memory/clock.ts';
import { memoryObjectStore } from '#shared/adapters/memory/object-store.ts';
import { frameFileName, frameIndexName, frameIndexSchema, frameLines, parseFrameFileName } from '#shared/cold/raw-frames.ts';
import { rawFrameLines } from '#shared/cold/read-raw-frames.ts';
import { sealRawFrames } from '#shared/cold/seal-raw-frames.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { frameLineText } from '#shared/market/recording/frame-line.ts';
import type { RawLine } from '#shared/ports/frame-recorder.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { FrameArchive, type FrameArchiveOptions } from '#shared/streaming/cold/frame-archive.ts';

const START = Date.UTC(2026, 2, 1, 7, 59);
const HOUR = 3_600_000;
const AWAY = new LivepoolError('STORE_UNAVAILABLE', 'transient', 'away');

type Failure = 'before' | 'after' | null;

/** What a process hears that may create and not look. */
const REFUSED = new LivepoolError('STORE_REFUSED', 'terminal', 'may not be read');

function failing(objects: ObjectStore, failures: Failure[]): ObjectStore {
  return {
    ...objects,
    put: async (...call) => {
      const failure = failures.shift() ?? null;
      if (failure === 'before') throw AWAY;
      const outcome = await objects.put(...call);
      if (failure === 'after') throw AWAY;
      return outcome;
    },
  };
}

function createOnly(objects: ObjectStore): ObjectStore {
  return {
    ...objects,
    put: async (...call) => {
      const outcome = await objects.put(...call);
      if (outcome.written) return outcome;
      throw REFUSED;
    },
  };
}

function archiveWorld(
  options: Partial<FrameArchiveOptions> = {},
  failures: Failure[] = [],
  wrap: (objects: ObjectStore) => ObjectStore = (objects) => objects,
) {
  const clock = manualClock(START);
  const objects = memoryObjectStore();
  const logs: string[] = [];
  const log = (event: string): void => void logs.push(event);
  const logger = { info: log, notice: log, warn: log, error: log };
  const deps = { clock, logger, objects: failing(wrap(objects), failures) };
  const archive = new FrameArchive(deps, { run: 'w-1', header: { software: '1.0' }, stageEveryMs: 20_000, ...options });
  const stop = new AbortController();
  const running = archive.run(stop.signal);
  const end = async (): Promise<void> => {
    stop.abort();
    await passing(clock, 2_000);
    await running;
  };
  return { clock, objects, archive, logs, failures, end };
}

async function passing(clock: ManualClock, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 250) {
    await turns();
    clock.advance(250);
  }
  await turns();
}

/** Packing is done by threads: it takes real turns. */
async function turns(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setTimeout(resolve, 1));
}

function frame(connection: string, tsMs: number, data: string): RawLine {
  return { kind: 'recv', connection, tsMs, data };
}

async function linesIn(objects: ObjectStore, connection?: string): Promise<readonly string[]> {
  const lines: string[] = [];
  const query = { from: START - HOUR, to: START + 2 * HOUR, ...(connection === undefined ? {} : { connection }) };
  for await (const line of rawFrameLines(objects, query)) lines.push(line);
  return lines;
}

function kinds(lines: readonly string[]): readonly string[] {
  return lines.map((line) => (JSON.parse(line) as { readonly t: string }).t);
}

function received(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => {
    const { t, data } = JSON.parse(line) as { readonly t: string; readonly data: string };
    return t === 'recv' ? [data] : [];
  });
}

describe('the archive of raw frames', () => {
  it('keeps every line verbatim, by connection and hour, under the name that it gave', async () => {
    const { clock, objects, archive, end } = archiveWorld();
    const names = new Map<string, string>();
    const record = (line: RawLine): void => void names.set(archive.record(line)!, frameLineText(line));
    record({ kind: 'connect', connection: 'kraken.spot.1.1', tsMs: START, url: 'wss://k', note: { streams: 2 }, data: '' });
    for (let s = 0; s < 120; s += 2) {
      record(frame('kraken.spot.1.1', clock.nowMs(), `{"price": 1.${s}0}`));
      record({ kind: 'recv', connection: 'mexc.spot.1.1', tsMs: clock.nowMs(), data: Uint8Array.of(0, 255, s), isBinary: true });
      await passing(clock, 2_000);
    }
    record({ kind: 'close', connection: 'kraken.spot.1.1', tsMs: clock.nowMs(), data: 'bye' });
    await end();
    const before = await linesIn(objects);
    const summary = await sealRawFrames(objects, { nowMs: START + 3 * HOUR });
    expect([summary.failed, summary.sealed.length]).toEqual([[], 4]);
    expect(await linesIn(objects)).toEqual(before);
    for (const { name } of (await objects.list('cold/')).filter(({ name: each }) => each.endsWith('.gz'))) {
      const { stream, dt } = parseFrameFileName(name)!;
      const lines = [...frameLines(name, (await objects.get(name))!.bytes)];
      const connection = stream.split('--')[0]!;
      const hour = Date.parse(`${dt.slice(0, 10)}T${dt.slice(-2)}:00:00Z`) / HOUR;
      expect(lines[0]).toMatch(/^\{"t":"header".*"software":"1.0"/);
      for (const [index, line] of lines.entries()) {
        if (index > 0) expect([index, line]).toEqual([index, names.get(`${connection}#${hour}.${index + 1}`)]);
      }
      const index = frameIndexSchema.parse(JSON.parse(Buffer.from((await objects.get(frameIndexName(name)))!.bytes).toString()));
      expect([index.lines, index.gaps]).toEqual([lines.length, 0]);
    }
    expect(kinds(await linesIn(objects, 'kraken.spot')).filter((kind) => kind === 'recv')).toHaveLength(60);
  });

  it('creates a segment once when the answer was lost, and keeps it while the store is away', async () => {
    const { clock, objects, archive, logs, end } = archiveWorld({}, ['before', 'after', 'before']);
    for (let s = 0; s < 30; s++) {
      archive.record(frame('gate.perp.1.1', clock.nowMs(), `${s}`));
      await passing(clock, 1_000);
    }
    await passing(clock, 20_000);
    await end();
    const lines = await linesIn(objects);
    expect(
      lines.map((line) => (JSON.parse(line) as { readonly data?: string }).data).filter((data) => data !== undefined),
    ).toEqual(Array.from({ length: 30 }, (_, s) => `${s}`));
    expect(logs.filter((event) => event === 'frame_archive.failed')).toHaveLength(3);
  });

  it('drops what it has no room for, and marks how much', async () => {
    const failures: Failure[] = Array.from({ length: 12 }, () => 'before');
    const { clock, objects, archive, end } = archiveWorld({ mostTextLength: 1_000, stageEveryMs: 1_000 }, failures);
    const kept: string[] = [];
    for (let s = 0; s < 100; s++) {
      if (archive.record(frame('kraken.spot.1.1', clock.nowMs(), `${s}`)) !== null) kept.push(`${s}`);
      await passing(clock, 1_000);
    }
    await end();
    const lines = (await linesIn(objects)).map((line) => JSON.parse(line) as { t: string; data?: string; dropped?: number });
    expect(lines.flatMap(({ data }) => data ?? [])).toEqual(kept);
    const dropped = lines.reduce((sum, line) => sum + (line.dropped ?? 0), 0);
    expect([dropped, archive.health().measured.dropped_lines_total]).toEqual([100 - kept.length, dropped]);
    expect(dropped).toBeGreaterThan(10);
  });

  it('numbers on when the name of a connection comes back within the hour', async () => {
    const { clock, objects, archive, end } = archiveWorld();
    const names: (string | null)[] = [];
    for (const generation of [1, 2]) {
      const common = { connection: 'kraken.spot.1.1', tsMs: clock.nowMs() };
      names.push(archive.record({ ...common, kind: 'connect', url: `wss://${generation}`, data: '' }));
      for (let i = 0; i < 4; i++) names.push(archive.record({ ...common, kind: 'recv', data: `${generation}.${i}` }));
      names.push(archive.record({ ...common, kind: 'close', data: 'stopped' }));
      await passing(clock, 1_000);
    }
    await end();
    const all = [1, 2].flatMap((generation) => [0, 1, 2, 3].map((i) => `${generation}.${i}`));
    expect(received(await linesIn(objects))).toEqual(all);
    expect(new Set(names).size).toBe(12);
    await sealRawFrames(objects, { nowMs: START + 2 * HOUR });
    expect(received(await linesIn(objects))).toEqual(all);
  });

  it('keeps every line and its order when time steps back over the hour', async () => {
    const { clock, objects, archive, end } = archiveWorld();
    const hourEnd = START + 60_000;
    const names: (string | null)[] = [];
    for (const [index, tsMs] of [hourEnd - 1, hourEnd, hourEnd - 1, hourEnd].entries()) {
      names.push(archive.record(frame('gate.perp.1.1', tsMs, `${index}`)));
      await passing(clock, 500);
    }
    await end();
    expect(received(await linesIn(objects))).toEqual(['0', '1', '2', '3']);
    expect(new Set(names).size).toBe(4);
  });

  it('keeps lines in their hours when the clock jumps far ahead and comes back', async () => {
    const { clock, objects, archive, end } = archiveWorld();
    const far = START + 1_000 * HOUR;
    const names: (string | null)[] = [];
    for (const [index, tsMs] of [START, far, START + 1, START + HOUR, far + 1, START + HOUR + 1].entries()) {
      names.push(archive.record(frame('gate.perp.1.1', tsMs, `${index}`)));
      await passing(clock, 500);
    }
    await end();
    expect(received(await linesIn(objects))).toEqual(['0', '2', '3', '5']);
    const ahead: string[] = [];
    for await (const line of rawFrameLines(objects, { from: far - HOUR, to: far + HOUR })) ahead.push(line);
    expect(received(ahead)).toEqual(['1', '4']);
    expect(new Set(names).size).toBe(6);
    await sealRawFrames(objects, { nowMs: far + 3 * HOUR });
    expect(received(await linesIn(objects))).toEqual(['0', '2', '3', '5']);
  });

  it('forgets connections of hours long over, and loses nothing when such an hour comes back', async () => {
    const { clock, objects, archive, end } = archiveWorld();
    archive.record(frame('gate.perp.1.1', START, 'early'));
    for (const hours of [3, 4, 5]) archive.record(frame('gate.perp.2.1', START + hours * HOUR, 'hours on'));
    await passing(clock, 1_000);
    archive.record(frame('gate.perp.1.1', START, 'again'));
    await passing(clock, 1_000);
    await end();
    expect(received(await linesIn(objects))).toEqual(['early', 'again']);
    await sealRawFrames(objects, { nowMs: START + 8 * HOUR });
    expect(received(await linesIn(objects)).toSorted()).toEqual(['again', 'early']);
  });

  it('moves a segment aside when its name is taken by other lines', async () => {
    const { clock, objects, archive, logs, end } = archiveWorld();
    const taken = 'staging/raw_frames/dt=2026-03-01/hour=07/gate.perp.1.1--w-1-000000001-000000003.ndjson.gz';
    const others = gzipSync(['a', 'b', 'c'].map((data) => `${frameLineText(frame('gate.perp.1.1', START, data))}\n`).join(''));
    await objects.put(taken, others, { ifGenerationMatch: '0', contentType: 'x' });
    archive.record(frame('gate.perp.1.1', START, '1'));
    archive.record(frame('gate.perp.1.1', START, '2'));
    await passing(clock, 1_000);
    await end();
    expect([...received(await linesIn(objects))].toSorted()).toEqual(['1', '2', 'a', 'b', 'c']);
    expect(logs).toContain('frame_archive.failed');
  });

  it('has every line once where it may not look what a lost answer left', async () => {
    const { clock, objects, archive, end } = archiveWorld({ stageEveryMs: 1_000 }, ['after'], createOnly);
    for (let s = 0; s < 8; s++) {
      archive.record(frame('gate.perp.1.1', clock.nowMs(), `${s}`));
      await passing(clock, 2_000);
    }
    await end();
    const all = Array.from({ length: 8 }, (_, s) => `${s}`);
    expect(received(await linesIn(objects))).toEqual(all);
    const summary = await sealRawFrames(objects, { nowMs: START + 2 * HOUR });
    expect([summary.sealed.length, summary.failed]).toEqual([1, []]);
    expect(received(await linesIn(objects))).toEqual(all);
    await sealRawFrames(objects, { nowMs: START + 26 * HOUR });
    expect([received(await linesIn(objects)), await objects.list('staging/')]).toEqual([all, []]);
  });

  it('dates a gap within the hour that it belongs to', async () => {
    const { clock, objects, archive, end } = archiveWorld({ mostTextLength: 1_000, stageEveryMs: HOUR });
    for (let i = 0; i < 20; i++) archive.record(frame('gate.perp.1.1', clock.nowMs(), `${i}`.repeat(50)));
    clock.advance(120_000);
    archive.record(frame('gate.perp.1.1', clock.nowMs(), 'next hour'));
    await passing(clock, 1_000);
    await end();
    const hourEnd = START + 60_000;
    const lines: string[] = [];
    for await (const line of rawFrameLines(objects, { from: hourEnd - HOUR, to: hourEnd })) lines.push(line);
    expect(kinds(lines).at(-1)).toBe('gap');
  });
});

describe('sealing of raw frames', () => {
  it('has every line once, wherever it was cut short, and deletes segments after a day', async () => {
    const { clock, objects, archive, end } = archiveWorld({ stageEveryMs: 1_000 });
    for (let s = 0; s < 12; s++) {
      archive.record(frame(`gate.perp.${s % 2}.1`, clock.nowMs(), `${s}`));
      await passing(clock, 1_000);
    }
    await end();
    const whole = await linesIn(objects);
    const staged = await objects.list('staging/');
    expect(staged.length).toBeGreaterThan(4);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom<Failure>('before', 'after', null), { maxLength: 6 }), async (failures) => {
        const copy = memoryObjectStore();
        for (const { name } of staged) {
          await copy.put(name, (await objects.get(name))!.bytes, { ifGenerationMatch: '0', contentType: 'x' });
        }
        const store = failing(copy, failures);
        for (let tries = 0; tries < 8; tries++) {
          await sealRawFrames(store, { nowMs: START + 2 * HOUR }).catch(() => undefined);
        }
        expect(await linesIn(copy)).toEqual(whole);
        const again = await sealRawFrames(copy, { nowMs: START + 2 * HOUR });
        expect([again.sealed, again.failed, again.deleted]).toEqual([[], [], 0]);
        expect((await sealRawFrames(copy, { nowMs: START + 26 * HOUR })).deleted).toBe(staged.length);
        expect([await linesIn(copy), await copy.list('staging/')]).toEqual([whole, []]);
        const files = (await copy.list('cold/')).map(({ name }) => name);
        expect(files.filter((name) => name.endsWith('.gz')).every((name) => files.includes(frameIndexName(name)))).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it('names a segment that is damaged, seals the other streams, and what comes late beside what is sealed', async () => {
    const { clock, objects, archive, end } = archiveWorld({ stageEveryMs: 1_000 });
    for (let s = 0; s < 6; s++) {
      archive.record(frame(`gate.perp.${s % 2}.1`, clock.nowMs(), `${s}`));
      await passing(clock, 1_000);
    }
    await end();
    const [first, ...others] = await objects.list('staging/raw_frames/dt=2026-03-01/hour=07/gate.perp.0');
    const sound = (await objects.get(first!.name))!.bytes;
    await objects.put(first!.name, sound.slice(0, -9), { ifGenerationMatch: first!.generation, contentType: 'x' });
    const summary = await sealRawFrames(objects, { nowMs: START + 2 * HOUR });
    expect(summary.failed).toEqual([
      { dt: '2026-03-01/hour=07', code: 'COLD_OBJECT_CORRUPT', message: expect.stringContaining(first!.name) },
    ]);
    expect(summary.sealed.map(({ stream }) => stream)).toEqual(['gate.perp.1.1--w-1']);
    expect(others.length).toBeGreaterThan(0);
    const damaged = (await objects.stat(first!.name))!;
    await objects.put(first!.name, sound, { ifGenerationMatch: damaged.generation, contentType: 'x' });
    expect((await sealRawFrames(objects, { nowMs: START + 2 * HOUR })).sealed.map(({ stream }) => stream)).toEqual([
      'gate.perp.0.1--w-1',
    ]);
  });

  it('names a sealed file that cannot be read, and seals the other hours and streams', async () => {
    const { clock, objects, archive, end } = archiveWorld({ stageEveryMs: 1_000 });
    for (const tsMs of [START, START + HOUR]) archive.record(frame('gate.perp.1.1', tsMs, `${tsMs}`));
    await passing(clock, 2_000);
    await end();
    const bad = 'cold/raw_frames/dt=2026-03-01/hour=07/gate.perp.9.1--w-0-000000001-000000002.ndjson.gz';
    await objects.put(bad, Uint8Array.of(1, 2, 3), { ifGenerationMatch: '0', contentType: 'x' });
    const staged = bad.replace('cold/', 'staging/');
    await objects.put(staged, gzipSync('{}\n{}\n'), { ifGenerationMatch: '0', contentType: 'x' });
    const summary = await sealRawFrames(objects, { nowMs: START + 3 * HOUR });
    expect(summary.failed).toEqual([
      { dt: '2026-03-01/hour=07', code: 'COLD_OBJECT_CORRUPT', message: expect.stringContaining(bad) },
    ]);
    expect(summary.sealed.map(({ dt }) => dt)).toEqual(['2026-03-01/hour=07', '2026-03-01/hour=08']);
    await sealRawFrames(objects, { nowMs: START + 30 * HOUR });
    expect((await objects.list('staging/')).map(({ name }) => name)).toEqual([staged]);
  });

  it('seals and reads an hour that is longer than a string may be', async () => {
    const objects = memoryObjectStore();
    const bytes = gzipSync(`${' '.repeat(64 * 1024 * 1024 - 1)}\n`, { level: 1 });
    const nameOf = (tier: 'staging' | 'cold', first: number, last: number): string =>
      frameFileName(tier, { dt: '2026-03-01/hour=07', stream: `${tier}.spot.1.1--w-1`, first, last });
    const put = { ifGenerationMatch: '0', contentType: 'x' };
    for (let line = 1; line <= 3; line++) await objects.put(nameOf('staging', line, line), bytes, put);
    await objects.put(nameOf('cold', 1, 9), Buffer.concat(Array.from({ length: 9 }, () => bytes)), put);
    const summary = await sealRawFrames(objects, { nowMs: START + 2 * HOUR });
    expect([summary.failed, summary.sealed.map(({ first, last }) => [first, last])]).toEqual([
      [],
      [
        [1, 2],
        [3, 3],
      ],
    ]);
    expect(await objects.stat(frameIndexName(nameOf('cold', 1, 9)))).not.toBeNull();
    expect((await sealRawFrames(objects, { nowMs: START + 2 * HOUR })).sealed).toEqual([]);
  }, 30_000);
});
