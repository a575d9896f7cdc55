import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { FolderFrameRecorder, frameIndexPath, type RecordedFile } from '#shared/adapters/venues/folder-frame-recorder.ts';
import { readGzip } from '#shared/adapters/venues/read-gzip.ts';
import { readRecording } from '#shared/adapters/venues/read-recording.ts';
import { nodeRecordingFiles, type RecordingFiles } from '#shared/adapters/venues/recording-files.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const HOUR_MS = 3_600_000;

/** A disk that takes half of what it cannot write, and is well again when it is told to be. */
class FaultyDisk {
  code: string | null = null;
  refused = 0;

  readonly files: RecordingFiles = {
    ...nodeRecordingFiles,
    write: async (fd, bytes, position) => {
      const { code } = this;
      if (code === null) return nodeRecordingFiles.write(fd, bytes, position);
      await nodeRecordingFiles.write(fd, bytes.subarray(0, bytes.length / 2), position);
      this.refused += 1;
      throw Object.assign(new Error(`${code}: injected, write`), { code, syscall: 'write' });
    },
  };
}

let folder: string;
let disk: FaultyDisk;
let names: (string | null)[];

beforeEach(() => {
  folder = temporaryFolder();
  disk = new FaultyDisk();
  names = [];
});

function recorderOf(more: { readonly mostPendingBytes?: number; readonly retryAfterMs?: number } = {}) {
  const recorder = new FolderFrameRecorder({
    folder,
    run: 'r1',
    header: {},
    files: disk.files,
    flushEveryMs: 1,
    retryAfterMs: 1,
    ...more,
  });
  const put = (from: number, to: number, hour = 0): void => {
    for (let n = from; n < to; n++)
      names.push(recorder.record({ kind: 'recv', connection: 'a.1', tsMs: hour * HOUR_MS + n, data: `frame ${n}` }));
  };
  return { recorder, put };
}

function recordings(): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.gz'))
    .map((name) => join(folder, name));
}

/** Frames that are there, and how many the gap markers say are not; every index has to be true. */
function found(): { readonly frames: readonly string[]; readonly names: readonly string[]; readonly gaps: number } {
  let gaps = 0;
  for (const path of recordings()) {
    const bytes = readFileSync(path);
    const texts = readGzip(bytes).bytes.toString('utf8').trimEnd().split('\n');
    const markers = texts.map((text) => JSON.parse(text) as { t: string; dropped: number }).filter(({ t }) => t === 'gap');
    gaps += markers.reduce((sum, { dropped }) => sum + dropped, 0);
    const index = JSON.parse(readFileSync(frameIndexPath(path), 'utf8')) as RecordedFile;
    expect(index).toMatchObject({ lines: texts.length, gaps: markers.length, bytes: bytes.length, sha256: sha256Hex(bytes) });
  }
  const lines = readRecording(recordings());
  return { frames: lines.map(([{ data }]) => String(data)), names: lines.map(([, name]) => name), gaps };
}

describe('a recorder whose disk fails', () => {
  it('loses nothing to a disk that is full for a while, over the hour, and says so as long as it is', async () => {
    const { recorder, put } = recorderOf();
    put(0, 20);
    await expect.poll(() => readGzip(readFileSync(recordings()[0]!)).bytes.toString('utf8').includes('frame 19')).toBe(true);
    disk.code = 'ENOSPC';
    put(20, 40);
    await expect.poll(() => recorder.isStalled).toBe(true);
    put(40, 60, 1);
    await expect.poll(() => disk.refused).toBeGreaterThan(5);
    disk.code = null;
    await expect.poll(() => recorder.isStalled).toBe(false);
    put(60, 80, 1);
    await recorder.close();
    const { frames, names: there, gaps } = found();
    expect(frames).toEqual(Array.from({ length: 80 }, (_, n) => `frame ${n}`));
    expect([there, gaps]).toEqual([names, 0]);
    expect(recorder.counters).toMatchObject({ dropped: 0, failures: 0, files: 2 });
  });

  it('drops what there is no room for while the disk is full, and marks how much', async () => {
    const { recorder, put } = recorderOf({ mostPendingBytes: 2_000 });
    disk.code = 'ENOSPC';
    put(0, 100);
    await expect.poll(() => recorder.isStalled).toBe(true);
    disk.code = null;
    await expect.poll(() => recorder.isStalled).toBe(false);
    await expect.poll(() => recorder.record({ kind: 'recv', connection: 'a.1', tsMs: 100, data: 'after' })).not.toBeNull();
    await recorder.close();
    const { frames, gaps } = found();
    expect([frames.at(-1), gaps]).toEqual(['after', recorder.counters.dropped]);
    expect(names.filter((name) => name !== null)).toHaveLength(frames.length - 1);
    expect(gaps).toBeGreaterThan(50);
  });

  it('begins a new part after any other failure, which tells every line that was lost', async () => {
    const { recorder, put } = recorderOf();
    put(0, 20);
    await expect.poll(() => readGzip(readFileSync(recordings()[0]!)).bytes.toString('utf8').includes('frame 19')).toBe(true);
    disk.code = 'EIO';
    put(20, 40);
    await expect.poll(() => disk.refused).toBeGreaterThan(2);
    disk.code = null;
    for (let n = 40; n < 80; n++) {
      put(n, n + 1);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    put(80, 100, 1);
    await recorder.close();
    const { frames, names: there, gaps } = found();
    expect(frames.slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, n) => `frame ${n}`));
    expect(frames.slice(-20)).toEqual(Array.from({ length: 20 }, (_, n) => `frame ${n + 80}`));
    expect([frames.length + gaps, recorder.counters.dropped, gaps >= 20]).toEqual([100, gaps, true]);
    // Nobody finds another line under the name of a lost one.
    for (const [index, frame] of frames.entries()) expect(names[Number(frame.slice(6))]).toBe(there[index]);
    const [, second] = recordings()
      .filter((path) => path.includes('hour=00'))
      .toSorted((a, b) => a.length - b.length);
    expect(readGzip(readFileSync(second!)).bytes.toString('utf8').split('\n')[1]).toContain('"t":"gap"');
  });

  it('tells at its end what was lost of a connection that has said nothing since', async () => {
    const { recorder, put } = recorderOf();
    disk.code = 'EIO';
    put(0, 7);
    await expect.poll(() => recorder.counters.dropped).toBe(7);
    disk.code = null;
    await recorder.close();
    expect(found()).toMatchObject({ frames: [], gaps: 7 });
  });

  it('ends though the disk stays full, with what it has', async () => {
    const { recorder, put } = recorderOf({ retryAfterMs: 3_600_000 });
    put(0, 20);
    await expect.poll(() => readGzip(readFileSync(recordings()[0]!)).bytes.toString('utf8').includes('frame 19')).toBe(true);
    disk.code = 'ENOSPC';
    put(20, 40);
    await expect.poll(() => recorder.isStalled).toBe(true);
    await recorder.close();
    expect(recorder.counters.dropped).toBe(20);
    expect(readRecording(recordings()).map(([{ data }]) => data)).toEqual(Array.from({ length: 20 }, (_, n) => `frame ${n}`));
  });

  it('has the first line of a quiet connection on the disk at once, and the rest soon', async () => {
    const { recorder, put } = recorderOf();
    put(0, 1);
    await expect.poll(() => readGzip(readFileSync(recordings()[0]!)).bytes.toString('utf8').split('\n').length).toBe(3);
    await recorder.close();
    expect(found().frames).toEqual(['frame 0']);
  });
});
