import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lastKnownGoodFile } from '#shared/adapters/fs/last-known-good-file.ts';
import { memoryLastKnownGood } from '#shared/adapters/memory/last-known-good.ts';
import { DATA_FILES, RELEASE_FILES } from '#shared/contracts/artifact-files.ts';
import { DOCUMENT_PATHS } from '#shared/contracts/names.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
import { utf8 } from '#shared/core/text-bytes.ts';
import type { DocumentData } from '#shared/ports/document-store.ts';
import { currentObject, releaseObject } from '#shared/release/layout.ts';
import { publish } from '#shared/release/publish/publish.ts';
import { judgePointer } from '#shared/release/reader/judge-pointer.ts';
import { readCurrent, readCurrentOnce } from '#shared/release/reader/read-current.ts';
import { readReleaseFiles } from '#shared/release/reader/read-files.ts';
import { type ReaderDeps, readInjected, readPool } from '#shared/release/reader/read-pool.ts';
import { verifySummary } from '#shared/release/reader/verify-summary.ts';
import { rollback } from '#shared/release/rollback.ts';
import { overwrite, setDocument } from './support/foreign-writes.ts';
import {
  approval,
  build,
  depsOver,
  LAB_NOW_MS,
  memoryStores,
  publishInput,
  restlessClock,
  signerOne,
  signerTwo,
  trust,
  V1,
  V2,
} from './support/release-lab.ts';

const keys = [trust(signerOne)];
const namespace = depsOver(memoryStores()).namespace;
const DAY = 86_400_000;

async function publishedWorld(...versions: readonly string[]) {
  const stores = memoryStores();
  for (const [twist, version] of versions.entries()) await publish(depsOver(stores), publishInput(version, { twist }));
  const summary = async (): Promise<DocumentData> => (await stores.documents.get(DOCUMENT_PATHS.summary)) ?? {};
  const deps = depsOver(stores);
  const reader: ReaderDeps = {
    trust: { keys, namespace },
    clock: restlessClock(),
    lastKnownGood: memoryLastKnownGood(),
    documents: stores.documents,
  };
  return { stores, deps, summary, reader };
}

describe('the pointer', () => {
  const judged = (data: unknown, context: Partial<Parameters<typeof judgePointer>[1]> = {}) => {
    const verdict = judgePointer(data, { trust: { keys, namespace }, lastSeen: null, nowMs: LAB_NOW_MS, ...context });
    return verdict.ok ? 'accepted' : verdict.error.map(({ message }) => message).join('; ');
  };

  test('holds as published, with either of two pinned keys', async () => {
    const { summary } = await publishedWorld(V1);
    expect(judged(await summary())).toBe('accepted');
    expect(judged(await summary(), { trust: { keys: [trust(signerTwo), ...keys], namespace } })).toBe('accepted');
  });

  test.each([
    ['an unknown key', { trust: { keys: [trust(signerTwo)], namespace } }, 'not pinned'],
    ['another environment', { trust: { keys, namespace: 'prod:strategy/X' } }, 'signed for'],
    ['a replay (F3)', { lastSeen: { publishSeq: 2, manifestSha256: 'x' } }, 'replay'],
    ['the same act with another manifest', { lastSeen: { publishSeq: 1, manifestSha256: 'x' } }, 'another manifest'],
    ['45 days later: still good', { nowMs: Date.parse('2026-04-12T23:59:59Z') }, 'accepted'],
    ['46 days later (F2)', { nowMs: Date.parse('2026-04-13T00:00:00Z') }, 'expired'],
    ['a day before as_of', { nowMs: Date.parse('2026-02-25T23:59:59Z') }, 'future'],
  ])('%s', async (_, context, expected) => {
    const { summary } = await publishedWorld(V1);
    expect(judged(await summary(), context)).toContain(expected);
  });

  test('a jump of more than 1000 (F4) is rejected, one of 1000 is not', async () => {
    const { summary } = await publishedWorld(V1, V2);
    const data = await summary();
    const manifestSha256 = data.manifest_sha256 as string;
    const seen = (publishSeq: number) => judged(data, { lastSeen: { publishSeq, manifestSha256 } });
    expect(seen(2 - 1000)).toBe('accepted');
    expect(seen(2 - 1001)).toContain('too far');
  });

  test('every field that matters is signed: changing any one is noticed', async () => {
    const { summary } = await publishedWorld(V1, V2);
    const good = await summary();
    const other = build(V1).files;
    const changes: Readonly<Record<string, DocumentData>> = {
      as_of_date: { as_of_date: '2026-03-12' },
      version: { version: V1 },
      mode: { mode: 'other' },
      pool_size: { pool_size: 6 },
      symbols: { symbols: [...(good.symbols as string[])].reverse() },
      symbol_map: { symbol_map: {} },
      source_project: { source_project: 'x' },
      publish_seq: { publish_seq: 3 },
      action: { action: 'restore' },
      manifest_sha256: { manifest_sha256: 'a'.repeat(64) },
      content_digest: { content_digest: 'a'.repeat(64) },
      params_id: { params_id: 'x' },
      params_sha256: { params_sha256: 'b'.repeat(64) },
      artifact_contract_version: { artifact_contract_version: 'x' },
      expires_at: { expires_at: '2036-01-01T00:00:00Z' },
      log_hash: { log_hash: 'c'.repeat(64) },
      key_id: { key_id: 'd'.repeat(64) },
      'legacy text': {
        live_pool_legacy_exact_bytes: {
          ...(good.live_pool_legacy_exact_bytes as DocumentData),
          utf8_text: new TextDecoder().decode(other.get('live_pool_legacy.json')),
        },
      },
    };
    const accepted = Object.entries(changes).filter(([, change]) => judged({ ...good, ...change }) === 'accepted');
    expect(accepted.map(([name]) => name)).toEqual([]);
  });

  test('one flipped bit anywhere in either signature or statement is noticed', async () => {
    const { summary } = await publishedWorld(V1);
    const good = await summary();
    const signature = good.signature as Readonly<Record<string, string>>;
    const flips = ['release_statement', 'release_sig', 'switch_statement', 'switch_sig'].flatMap((field) =>
      [0, 13, 40].map((index) => ({ field, value: flipped(signature[field] ?? '', index) })),
    );
    const accepted = flips.filter(
      ({ field, value }) => judged({ ...good, signature: { ...signature, [field]: value } }) === 'accepted',
    );
    expect(accepted).toEqual([]);
  });

  test('statements of two acts cannot be combined', async () => {
    const { stores, summary } = await publishedWorld(V1, V2);
    const first = (await stores.documents.get('log/0000000001')) ?? {};
    const good = await summary();
    const mixed = {
      ...(good.signature as DocumentData),
      switch_statement: first.switch_statement!,
      switch_sig: first.switch_sig!,
    };
    expect(judged({ ...good, signature: mixed })).toContain('not the signed one');
  });

  test('an injected payload that fails raises', async () => {
    const { summary, reader } = await publishedWorld(V1);
    expect(readInjected(await summary(), reader)).toMatchObject({ state: 'fresh_upstream', version: V1 });
    expect(() => readInjected({ symbols: ['BTCUSDT'] }, reader)).toThrow(/summary document/);
  });
});

describe('the files', () => {
  const pointer = async (world: Awaited<ReturnType<typeof publishedWorld>>) => {
    const verified = verifySummary(await world.summary(), { keys, namespace });
    if (!verified.ok) throw new Error('not verified');
    return verified.value;
  };

  test('come from the versioned objects', async () => {
    const world = await publishedWorld(V1);
    const files = await readReleaseFiles(world.deps, await pointer(world));
    expect(files.ok && [...files.value.keys()].sort()).toEqual([...RELEASE_FILES].sort());
    expect(files.ok && files.value.get('live_pool.json')).toEqual(build(V1).files.get('live_pool.json'));
  });

  test.each(RELEASE_FILES)(
    'a flipped bit, a truncation, an oversize or an absence of %s is rejected (C2, C4, C5)',
    async (file) => {
      const world = await publishedWorld(V1);
      const verified = await pointer(world);
      const name = releaseObject(world.deps.layout, V1, file);
      const bytes = build(V1).files.get(file)!;
      const flip = Uint8Array.from(bytes, (byte, index) => (index === 20 ? byte ^ 1 : byte));
      for (const bad of [flip, bytes.subarray(1), new Uint8Array(1_048_577), null]) {
        await overwrite(world.stores, name, bad);
        expect(await readReleaseFiles(world.deps, verified)).toMatchObject({ ok: false, error: { code: 'FILES_REJECTED' } });
      }
    },
  );

  test('C3: a manifest replaced together with fitting files is rejected by the signed digest', async () => {
    const world = await publishedWorld(V1);
    const verified = await pointer(world);
    for (const [file, bytes] of build(V1, { twist: 2 }).files) {
      await overwrite(world.stores, releaseObject(world.deps.layout, V1, file as 'live_pool.json'), bytes);
    }
    expect(await readReleaseFiles(world.deps, verified)).toMatchObject({ ok: false, error: { code: 'FILES_REJECTED' } });
  });
});

describe('RL-10 the mirror', () => {
  test('of 32 mixes of two releases 30 are rejected and the two whole ones accepted', async () => {
    const world = await publishedWorld(V1, V2);
    const sets = [build(V1, { twist: 0 }).files, build(V2, { twist: 1 }).files] as const;
    const accepted: string[] = [];
    for (let mix = 0; mix < 32; mix++) {
      for (const [index, file] of RELEASE_FILES.entries()) {
        await overwrite(world.stores, currentObject(world.deps.layout, file), sets[(mix >> index) & 1]!.get(file)!);
      }
      if ((await readCurrentOnce(world.deps)).ok) accepted.push(mix.toString(2).padStart(5, '0'));
    }
    expect(accepted).toEqual(['00000', '11111']);
  });

  test('F1: a reader that meets a switch waits and takes the whole new set', async () => {
    const world = await publishedWorld(V1, V2);
    const files = build(V1).files;
    for (const file of DATA_FILES) await overwrite(world.stores, currentObject(world.deps.layout, file), files.get(file)!);
    const slept: number[] = [];
    const clock = {
      nowMs: () => LAB_NOW_MS,
      sleep: async (ms: number) => {
        slept.push(ms);
        const manifest = currentObject(world.deps.layout, 'artifact_manifest.json');
        if (slept.length === 2) await overwrite(world.stores, manifest, files.get('artifact_manifest.json')!);
      },
    };
    const read = await readCurrent({ ...world.deps, clock });
    expect(read.ok && sha256Hex(read.value.get('live_pool.json')!)).toBe(sha256Hex(files.get('live_pool.json')!));
    expect(slept).toEqual([500, 1000]);
  });

  test('a mirror that stays mixed is given up after five pauses', async () => {
    const world = await publishedWorld(V1);
    await overwrite(world.stores, currentObject(world.deps.layout, 'live_pool.json'), utf8('{}'));
    const clock = restlessClock();
    expect((await readCurrent({ ...world.deps, clock })).ok).toBe(false);
    expect(clock.nowMs() - LAB_NOW_MS).toBe(15_500);
  });
});

describe('the ladder', () => {
  test('1: a signed pointer of today may be entered and is remembered', async () => {
    const { reader } = await publishedWorld(V1);
    expect(await readPool(reader)).toMatchObject({ state: 'fresh_upstream', mayEnter: true, signed: true, problems: [] });
    expect(await reader.lastKnownGood.load()).not.toBeNull();
  });

  test('F5, 2: without the database the last known good, exits only, for 45 days', async () => {
    const { reader } = await publishedWorld(V1);
    await readPool(reader);
    const down = { get: () => Promise.reject(new Error('no answer')) };
    await expect(readPool({ ...reader, documents: down })).rejects.toThrow('no answer');
    const { documents: _, ...offline } = reader;
    expect(await readPool(offline)).toMatchObject({ state: 'last_known_good', mayEnter: false, signed: true, version: V1 });
    const late = { ...offline, clock: restlessClock(LAB_NOW_MS + 11 * DAY) };
    await expect(readPool(late)).rejects.toMatchObject({ code: 'POOL_UNAVAILABLE' });
  });

  test('a replayed pointer falls to the last known good and says why (F3)', async () => {
    const { stores, reader, summary } = await publishedWorld(V1);
    const old = await summary();
    await publish(depsOver(stores), publishInput(V2, { twist: 1 }));
    await readPool(reader);
    await setDocument(stores, DOCUMENT_PATHS.summary, old);
    const reading = await readPool(reader);
    expect(reading).toMatchObject({ state: 'last_known_good', version: V2, mayEnter: false });
    expect(reading.problems[0]?.refusal.message).toContain('replay');
  });

  test('a rollback is no replay: its number is higher', async () => {
    const { stores, reader } = await publishedWorld(V1, V2);
    await readPool(reader);
    await rollback(depsOver(stores), { runKey: 'manual:back', target: V1, approval });
    expect(await readPool(reader)).toMatchObject({ state: 'fresh_upstream', version: V1, publishSeq: 3 });
  });

  test('3: a local file, either form, fresh; 4: the static universe', async () => {
    const { reader } = await publishedWorld(V1);
    const { documents: _, ...offline } = reader;
    const staticUniverse = { symbols: ['BTCUSDT'], symbolMap: { BTCUSDT: { base_asset: 'BTC' } } };
    const local = (bytes: Uint8Array | null) => readPool({ ...offline, readLocalFile: async () => bytes, staticUniverse });
    const { files } = build(V1);
    const pool = { symbols: JSON.parse(new TextDecoder().decode(files.get('live_pool.json'))).symbols };
    for (const file of ['live_pool.json', 'live_pool_legacy.json']) {
      expect(await local(files.get(file)!)).toMatchObject({ state: 'local_file', mayEnter: false, signed: false, ...pool });
    }
    for (const bad of [null, utf8('{}'), build('2026-02-15-core_major').files.get('live_pool.json')!]) {
      expect(await local(bad)).toMatchObject({ state: 'static', mayEnter: false, symbols: ['BTCUSDT'], version: null });
    }
  });

  test('only the mirror reachable: whole, but unsigned, and nothing is remembered', async () => {
    const { reader, deps } = await publishedWorld(V1);
    const { documents: _, ...offline } = reader;
    const reading = await readPool({ ...offline, current: deps });
    expect(reading).toMatchObject({ source: 'current_mirror', signed: false, mayEnter: false, version: V1, publishSeq: null });
    expect(await reader.lastKnownGood.load()).toBeNull();
  });

  test('a damaged memory is a problem, not a silence', async () => {
    const { reader } = await publishedWorld(V1);
    await reader.lastKnownGood.save(utf8('{"torn'));
    const reading = await readPool(reader);
    expect(reading).toMatchObject({ state: 'fresh_upstream', mayEnter: true });
    expect(reading.problems).toMatchObject([{ source: 'last_known_good' }]);
  });
});

test('the last known good file holds the last whole save', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'last-known-good-'));
  const file = join(folder, 'deep', 'pool.json');
  const store = lastKnownGoodFile({ file, durable: false });
  expect(await store.load()).toBeNull();
  await store.save(utf8('one'));
  await store.save(utf8('two'));
  writeFileSync(`${file}.tmp`, 'torn by a kill');
  expect(new TextDecoder().decode((await store.load())!)).toBe('two');
  await store.save(utf8('three'));
  expect(readFileSync(file, 'utf8')).toBe('three');
  rmSync(folder, { recursive: true });
});

function flipped(base64: string, index: number): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes[index % bytes.length]! ^= 1;
  return bytes.toString('base64');
}
