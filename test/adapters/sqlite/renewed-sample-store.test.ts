import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { renewedSampleStore } from '#shared/adapters/sqlite/renewed-sample-store.ts';
import { sqliteSampleStore } from '#shared/adapters/sqlite/sample-store.ts';
import { btcBar, oiSample } from '../../laws/sample-rows.ts';
import { sampleStoreLaws } from '../../laws/sample-store.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function world(file = path.join(temporaryFolder(), 'samples.sqlite')) {
  const renewals: { readonly aside: string; readonly code: string }[] = [];
  const open = () => {
    const store = renewedSampleStore({ file, nowMs: () => 77, onRenewed: (aside, { code }) => renewals.push({ aside, code }) });
    onTestFinished(() => store.close());
    return store;
  };
  return { file, open, renewals };
}

/** Enough rows for many pages, all of them in the file itself. */
async function filled(file: string): Promise<void> {
  const store = sqliteSampleStore({ file });
  const times = Array.from({ length: 2_000 }, (_, n) => n);
  await store.append(
    times.map((n) => oiSample(n)),
    times.map((n) => btcBar(n * 60_000)),
  );
  store.close();
}

sampleStoreLaws('renewedSampleStore', () => world().open());

describe('a damaged file of samples', () => {
  it.each([
    ['a header of another format', (bytes: Buffer) => bytes.fill('x', 0, 100)],
    ['a damaged schema', (bytes: Buffer) => bytes.fill(0xa5, 100, 4_096)],
    ['a file of noise', () => Buffer.from('no database at all, and longer than its header would be'.repeat(40))],
  ])('is put aside when it is opened: %s', async (_what, damage) => {
    const { file, open, renewals } = world();
    await filled(file);
    const damaged = damage(readFileSync(file));
    writeFileSync(file, damaged);
    const store = open();
    expect(await store.append([oiSample(1_000)], [])).toEqual({ kept: 1, known: 0 });
    expect(renewals).toEqual([{ aside: `${file}.corrupt-77`, code: 'STORE_CORRUPT' }]);
    expect(readFileSync(`${file}.corrupt-77`).equals(damaged)).toBe(true);
  });

  it('is put aside when the damage is met, once for all that meet it, and what was asked for is done', async () => {
    const { file, open, renewals } = world();
    await filled(file);
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0xa5, 4_096));
    const store = open();
    const appended = await Promise.all([1, 2, 3].map((n) => store.append([oiSample(n)], [btcBar(n * 60_000)])));
    expect(appended).toEqual(Array.from({ length: 3 }, () => ({ kept: 2, known: 0 })));
    expect([await store.status(), renewals.length]).toEqual([expect.objectContaining({ samples: 3, bars: 3 }), 1]);
    const again = open();
    expect([await again.status(), renewals.length]).toEqual([expect.objectContaining({ samples: 3 }), 1]);
    expect(readdirSync(path.dirname(file)).filter((name) => name.includes('corrupt'))).toContain('samples.sqlite.corrupt-77');
  });

  it('stays where it is when it cannot be put aside', async () => {
    const { file, open, renewals } = world();
    writeFileSync(file, 'no database at all, and longer than its header would be'.repeat(40));
    mkdirSync(path.join(`${file}.corrupt-77`, 'in the way'), { recursive: true });
    expect(open).toThrow(expect.objectContaining({ code: 'STORE_CORRUPT' }));
    expect(renewals).toEqual([]);
  });
});
