import { chmodSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { V1, V2 } from '../release/support/release-lab.ts';
import { OBJECTS, publishedHome } from './published-home.ts';
import { livepool } from './run-livepool.ts';

const run = async (home: string, ...args: readonly string[]) => {
  const { exit, stdout, stderr } = await livepool([...args, '--home', home], { cwd: tmpdir() });
  return { exit, text: stdout + stderr };
};
const PEOPLE = ['--reason', 'a drill', '--by', 'ann', '--approved-by', 'bob'];
const release = (home: string, version: string, file: string) => join(home, OBJECTS, 'releases', version, file);

describe('a home whose files were damaged', () => {
  it('gets its mirror back by recover, with one release only', async () => {
    const home = await publishedHome(V1);
    rmSync(join(home, OBJECTS, 'current'), { recursive: true });
    const verified = await run(home, 'release', 'verify');
    expect(verified).toMatchObject({
      exit: 4,
      text: expect.stringMatching(/live_pool\.json is missing.*→ livepool release recover/s),
    });
    const mended = await run(home, 'release', 'recover');
    expect(mended).toMatchObject({
      exit: 0,
      text: expect.stringMatching(/wrote the mirror of 2026-02-26-core_major \(act 1\) anew/),
    });
    expect((await run(home, 'release', 'verify')).exit).toBe(0);
    expect((await run(home, 'release', 'recover')).text).toMatch(/nothing to do/);
  });

  it('has every fault of one version listed, and exits with 4', async () => {
    const home = await publishedHome(V1);
    writeFileSync(release(home, V1, 'live_pool.json'), '{"symbols": ["x"]}');
    writeFileSync(release(home, V1, 'latest_universe.json'), '{}');
    const { exit, text } = await run(home, 'release', 'verify', V1);
    expect(exit).toBe(4);
    expect(text).toMatch(/READBACK_MISMATCH: .*latest_universe\.json .*replaced or edited/);
    expect(text).toMatch(/READBACK_MISMATCH: .*live_pool\.json .*replaced or edited/);
    expect(text).toMatch(/SIGNATURE_INVALID/);
    for (const rule of ['V03', 'V08', 'V19', 'V23']) expect(text).toMatch(new RegExp(`^ {2}${rule} `, 'm'));
  });

  it('has a deleted copy of the log named, and written again', async () => {
    const home = await publishedHome(V1, V2);
    rmSync(join(home, OBJECTS, 'log', '0000000001.dsse.json'));
    const { exit, text } = await run(home, 'release', 'verify');
    expect([exit, text]).toEqual([4, expect.stringMatching(/0000000001\.dsse\.json is missing/)]);
    await run(home, 'release', 'recover');
    expect((await run(home, 'release', 'verify')).exit).toBe(0);
  });

  it('is looked through by doctor although its database is damaged', async () => {
    const home = await publishedHome(V1);
    writeFileSync(join(home, 'sample', 'documents.sqlite'), 'x'.repeat(8192));
    const { exit, text } = await run(home, 'doctor');
    expect(exit).toBe(4);
    expect(text).toMatch(/ok +runtime/);
    expect(text).toMatch(/ok +key +signs with/);
    expect(text).toMatch(/failed +documents +STORE_CORRUPT.*\n +→ .*R-12/);
    expect(text).toMatch(/objects +.*2026-02-26-core_major/);
  });

  it('is not taken for an empty one when its database is gone', async () => {
    const home = await publishedHome(V1);
    rmSync(join(home, 'sample', 'documents.sqlite'));
    for (const args of [['release', 'verify'], ['doctor'], ['release', 'rollback', V1, ...PEOPLE], ['pool', 'run']]) {
      const { exit, text } = await run(home, ...args);
      expect([args, exit, text]).toEqual([args, 4, expect.stringMatching(/REGISTRY_LOST.*R-12/s)]);
    }
  });

  it('never trusts its signing key again by itself', async () => {
    const home = await publishedHome(V1, V2);
    rmSync(join(home, 'sample', 'keys', 'trusted'), { recursive: true });
    const back = await run(home, 'release', 'rollback', V1, ...PEOPLE);
    expect(back).toMatchObject({ exit: 4, text: expect.stringMatching(/KEY_UNTRUSTED.*livepool keys trust/s) });
    expect((await run(home, 'doctor')).text).toMatch(/failed +key +KEY_UNTRUSTED/);
    expect((await run(home, 'keys', 'show')).text).toMatch(/signs, but is not trusted/);
    expect((await run(home, 'keys', 'trust')).exit).toBe(0);
    expect((await run(home, 'release', 'verify')).exit).toBe(0);
  });
});

describe('a home that cannot be written', () => {
  const READING = [
    ['release', 'list'],
    ['release', 'show'],
    ['release', 'verify'],
    ['release', 'rollback', V1, ...PEOPLE, '--dry-run'],
    ['keys', 'show'],
    ['doctor'],
  ];

  it('is read all the same, by a user who owns nothing there', async (context) => {
    const home = await publishedHome(V1, V2);
    for (const path of [home, ...readdirSync(home, { recursive: true }).map((name) => join(home, String(name)))]) {
      chmodSync(path, statSync(path).isDirectory() ? 0o555 : 0o444);
    }
    // The key stays its owner's; the others look at what is public.
    const nobody = process.getuid?.() === 0 ? 65_534 : undefined;
    if (nobody !== undefined) rmSync(join(home, 'sample', 'keys', 'signing.pem'));
    const asNobody = async (args: readonly string[]) => {
      const { exit, stdout, stderr } = await livepool([...args, '--home', home], { cwd: '/', uid: nobody });
      return { exit, text: stdout + stderr };
    };
    const first = await asNobody(['--help']);
    if (first.exit !== 0) return context.skip('another user may not read this checkout');
    for (const args of READING) expect([args, await asNobody(args)]).toEqual([args, expect.objectContaining({ exit: 0 })]);
    expect((await asNobody(['doctor'])).text).toMatch(/warning +home .*cannot be written/);
    expect(await asNobody(['release', 'recover'])).toMatchObject({ exit: 1, text: expect.stringMatching(/STORE_READ_ONLY/) });
    for (const path of readdirSync(home, { recursive: true })) chmodSync(join(home, String(path)), 0o755);
    chmodSync(home, 0o755);
  });

  it('is not made by a command that reads', async () => {
    const home = join(await publishedHome(), 'nowhere');
    for (const args of [['release', 'list'], ['keys', 'show'], ['doctor'], ['release', 'verify']]) await run(home, ...args);
    expect(existsSync(home)).toBe(false);
  });

  it('is refused at once where no folder can be made', async (context) => {
    if (!existsSync('/proc/self')) return context.skip('only where there is a /proc');
    const { exit, text } = await run('/proc/nope', 'keys', 'generate');
    expect([exit, text]).toEqual([1, expect.stringMatching(/^error STORE_REFUSED: no folder can be made at .*--home/)]);
  });
});

it('says that no hold is in force when there is none to lift', async () => {
  const home = await publishedHome(V1);
  const lift = ['release', 'hold', '--lift', ...PEOPLE];
  expect(await run(home, ...lift)).toMatchObject({ exit: 0, text: expect.stringMatching(/no hold is in force/) });
  await run(home, 'release', 'hold', '--until', '2026-11-02T00:00:00Z', '--reason', 'a look', '--by', 'ann');
  expect((await run(home, ...lift)).text).toMatch(/the hold is lifted/);
});
