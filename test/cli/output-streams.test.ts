import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../architecture/source-tree.ts';
import { ended, livepool, startLivepool } from './run-livepool.ts';

describe('output that cannot be delivered', () => {
  it('ends quietly and with its own exit code when the reader goes away', async () => {
    const home = await mkdtemp(join(tmpdir(), 'livepool-pipe-'));
    const child = startLivepool(['doctor', '--json', '--home', home], { cwd: home });
    child.stdout?.destroy();
    const { exit, stderr } = await ended(child);
    expect(stderr).not.toMatch(/EPIPE|node:events/);
    const { exit: heard } = await livepool(['doctor', '--json', '--home', home], { cwd: home });
    expect(exit).toBe(heard);
  });

  it.skipIf(process.platform !== 'linux')('is a transient error with one line when the disk behind stdout is full', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [join(ROOT, 'scripts', 'livepool.ts'), '--help'], { stdio: ['ignore', full, 'pipe'] });
    const { exit, stderr } = await ended(child);
    closeSync(full);
    expect(exit).toBe(3);
    expect(stderr).toMatch(/^error STORE_UNAVAILABLE: the output cannot be written: ENOSPC[^\n]*\n$/);
  });
});
