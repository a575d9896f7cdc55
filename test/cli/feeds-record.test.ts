import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { frameIndexPath, type RecordedFile } from '#shared/adapters/venues/folder-frame-recorder.ts';
import { readRecording } from '#shared/adapters/venues/read-recording.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
import { temporaryFolder } from '../adapters/temporary-folder.ts';
import { livepoolHere } from './in-process.ts';

interface Answer {
  readonly ok: boolean;
  readonly files: readonly RecordedFile[];
  readonly missing: readonly string[];
}

const INSTRUMENTS = 'ETH-USD.spot@kraken,ETH-USDT.perp@gate,ETH-EUR.spot@kraken';

describe('livepool feeds record', () => {
  it('keeps every connection of the simulator in a file of its own, with an index that is true', async () => {
    const out = temporaryFolder();
    const args = ['--instruments', INSTRUMENTS, '--for', '3', '--out', out, '--json'];
    const { exit, stdout, stderr } = await livepoolHere('feeds', 'record', ...args);
    const { files, missing } = JSON.parse(stdout) as Answer;
    expect([exit, missing, stderr.includes('recording:')]).toEqual([0, ['ETH-EUR.spot@kraken'], true]);
    expect(files.map(({ path }) => /([a-z]+\.[a-z]+\.(?:polls|1\.1))-/.exec(path)?.[1])).toEqual(
      expect.arrayContaining(['gate.perp.1.1', 'kraken.spot.1.1']),
    );
    for (const { path, lines, sha256 } of files) {
      const bytes = readFileSync(path);
      expect([sha256Hex(bytes), JSON.parse(readFileSync(frameIndexPath(path), 'utf8'))]).toEqual([
        sha256,
        expect.objectContaining({ lines, sha256, gaps: 0, bytes: bytes.length }),
      ]);
      expect(readRecording([path])).toHaveLength(lines - 1);
    }
  }, 20_000);

  it('finishes its files when it is stopped', async () => {
    const out = temporaryFolder();
    // As `timeout -s INT` does it: the process and its group, one after the other.
    const stop = setTimeout(() => process.emit('SIGINT') && process.emit('SIGINT'), 2_500);
    const { exit, stdout, stderr } = await livepoolHere(
      'feeds',
      'record',
      '--instruments',
      'ETH-USD.spot@kraken',
      '--out',
      out,
      '--json',
    );
    clearTimeout(stop);
    const { files } = JSON.parse(stdout) as Answer;
    expect([exit, stderr.includes('what is there so far is finished and kept')]).toEqual([0, true]);
    const socket = files.find(({ path }) => path.includes('kraken.spot.1.1'))!;
    const lines = readRecording([socket.path]).map(([line]) => line);
    expect([lines[0]?.kind, lines.at(-1)?.kind, lines.at(-1)?.data]).toEqual(['connect', 'close', 'stopped']);
    expect(lines.filter(({ kind }) => kind === 'recv').length).toBeGreaterThan(5);
  }, 20_000);

  it('asks the policy before anything else, and refuses to record nothing', async () => {
    const refused = await livepoolHere(
      'feeds',
      'record',
      '--market',
      'venues',
      '--instruments',
      'BTC-USDT.spot@binance',
      '--for',
      '1',
    );
    expect([refused.exit, refused.stderr]).toEqual([1, expect.stringContaining('VENUE_REFUSED')]);
    const nobody = await livepoolHere(
      'feeds',
      'record',
      '--instruments',
      'BTC-EUR.spot@kraken',
      '--for',
      '1',
      '--out',
      join(temporaryFolder(), 'x'),
    );
    expect([nobody.exit, nobody.stderr]).toEqual([1, expect.stringContaining('BTC-EUR.spot@kraken is not listed')]);
    expect((await livepoolHere('feeds', 'record', '--instruments', 'BTC')).exit).toBe(2);
  }, 20_000);
});
