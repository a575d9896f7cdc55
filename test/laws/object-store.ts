import { describe, expect, it } from 'vitest';
import { utf8 } from '#shared/core/text-bytes.ts';
import { ABSENT, type ObjectStat, type ObjectStore, type PutOptions, type WriteOutcome } from '#shared/ports/object-store.ts';

const TEXT = 'text/plain';

/** Names that every store refuses. */
const BAD_NAMES = [
  '',
  '/',
  '/a',
  'a/',
  'a//b',
  '.',
  '..',
  'a/../b',
  '../a',
  '.meta/x',
  'a/.b',
  'a\\b',
  'a\u0000',
  'a\nb',
  '\ud800',
];

/** The laws of ObjectStore; `makeStore` gives an empty store each time. */
export function objectStoreLaws(name: string, makeStore: () => ObjectStore | Promise<ObjectStore>): void {
  describe(`${name} keeps the laws of ObjectStore`, () => {
    writeLaws(makeStore);
    readLaws(makeStore);
    copyLaws(makeStore);
    listLaws(makeStore);
    nameLaws(makeStore);
  });
}

/** Writes a text and gives its stat; fails when the precondition did. */
export async function putText(
  store: ObjectStore,
  name: string,
  text: string,
  generation = ABSENT,
  more: Partial<PutOptions> = {},
) {
  return writtenStat(await store.put(name, utf8(text), { ifGenerationMatch: generation, contentType: TEXT, ...more }));
}

function writtenStat(outcome: WriteOutcome): ObjectStat {
  if (!outcome.written) throw new Error(`the write was refused, found ${outcome.current?.generation ?? 'nothing'}`);
  return outcome.stat;
}

async function textOf(store: ObjectStore, name: string): Promise<string | null> {
  const object = await store.get(name);
  return object === null ? null : Buffer.from(object.bytes).toString('utf8');
}

type Make = () => ObjectStore | Promise<ObjectStore>;

function writeLaws(makeStore: Make): void {
  it('keeps bytes, size, type and metadata', async () => {
    const store = await makeStore();
    const stat = await putText(store, 'a/b.txt', 'héllo', ABSENT, {
      metadata: { sha256: 'x', publish_seq: '7' },
      cacheControl: 'no-store',
    });
    expect(stat).toEqual({
      name: 'a/b.txt',
      generation: stat.generation,
      size: 6,
      contentType: TEXT,
      metadata: { sha256: 'x', publish_seq: '7' },
    });
    expect(await store.stat('a/b.txt')).toEqual(stat);
    expect(await store.get('a/b.txt')).toEqual({ stat, bytes: utf8('héllo') });
  });

  it('gives each write a higher generation, also after a removal and for equal bytes', async () => {
    const store = await makeStore();
    const seen: bigint[] = [];
    let generation = ABSENT;
    for (const text of ['1', '2', '2', '1', '1']) {
      generation = (await putText(store, 'a', text, generation)).generation;
      seen.push(BigInt(generation));
    }
    expect(await store.delete('a', { ifGenerationMatch: generation })).toBe(true);
    seen.push(BigInt((await putText(store, 'a', '1')).generation));
    expect(seen).toEqual([...seen].sort((x, y) => (x < y ? -1 : 1)));
    expect(new Set(seen).size).toBe(6);
  });

  it('writes new metadata over equal bytes', async () => {
    const store = await makeStore();
    const first = await putText(store, 'a', 'same', ABSENT, { metadata: { publish_seq: '1' } });
    await putText(store, 'a', 'same', first.generation, { metadata: { publish_seq: '2' } });
    expect((await store.stat('a'))?.metadata).toEqual({ publish_seq: '2' });
  });

  it('refuses a stale generation, changes nothing and shows what it found', async () => {
    const store = await makeStore();
    const first = await putText(store, 'a', 'one');
    const second = await putText(store, 'a', 'two', first.generation);
    for (const stale of [ABSENT, first.generation, '999999']) {
      const outcome = await store.put('a', utf8('three'), { ifGenerationMatch: stale, contentType: TEXT });
      expect(outcome).toEqual({ written: false, current: second });
    }
    expect(await store.put('b', utf8('x'), { ifGenerationMatch: '5', contentType: TEXT })).toEqual({
      written: false,
      current: null,
    });
    expect(await textOf(store, 'a')).toBe('two');
    expect(await store.stat('b')).toBeNull();
  });

  it('creates once under concurrency', async () => {
    const store = await makeStore();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => store.put('a', utf8(`writer ${i}`), { ifGenerationMatch: ABSENT, contentType: TEXT })),
    );
    const winners = outcomes.flatMap((outcome, i) => (outcome.written ? [i] : []));
    expect(winners).toHaveLength(1);
    expect(await textOf(store, 'a')).toBe(`writer ${winners[0]}`);
  });

  it('replaces once per observed generation under concurrency', async () => {
    const store = await makeStore();
    await putText(store, 'n', '0');
    const increment = async (): Promise<void> => {
      for (;;) {
        const found = await store.get('n');
        const next = utf8(String(Number(Buffer.from(found!.bytes).toString()) + 1));
        if ((await store.put('n', next, { ifGenerationMatch: found!.stat.generation, contentType: TEXT })).written) return;
      }
    };
    await Promise.all(Array.from({ length: 10 }, increment));
    expect(await textOf(store, 'n')).toBe('10');
  });

  it('removes only the generation that was named', async () => {
    const store = await makeStore();
    const first = await putText(store, 'a', 'one');
    const second = await putText(store, 'a', 'two', first.generation);
    expect(await store.delete('a', { ifGenerationMatch: first.generation })).toBe(false);
    expect(await store.delete('a', { ifGenerationMatch: ABSENT })).toBe(false);
    expect(await store.delete('missing', { ifGenerationMatch: second.generation })).toBe(false);
    expect(await store.delete('a', { ifGenerationMatch: second.generation })).toBe(true);
    expect(await store.get('a')).toBeNull();
    expect(await store.list('')).toEqual([]);
    expect(await store.delete('a', { ifGenerationMatch: second.generation })).toBe(false);
  });

  it('shares no memory with writers and readers', async () => {
    const store = await makeStore();
    const sent = utf8('safe');
    await store.put('a', sent, { ifGenerationMatch: ABSENT, contentType: TEXT });
    sent.fill(0);
    (await store.get('a'))?.bytes.fill(0);
    (await store.getRange('a', 0, 4))?.fill(0);
    expect(await textOf(store, 'a')).toBe('safe');
  });

  it('keeps an empty object', async () => {
    const store = await makeStore();
    const stat = await putText(store, 'empty', '');
    expect(await store.get('empty')).toEqual({ stat, bytes: new Uint8Array() });
    expect(await store.getRange('empty', 0, 10)).toEqual(new Uint8Array());
  });
}

function readLaws(makeStore: Make): void {
  it('answers null for what is not there', async () => {
    const store = await makeStore();
    expect([await store.get('a'), await store.stat('a'), await store.getRange('a', 0, 1)]).toEqual([null, null, null]);
    await putText(store, 'a', 'x');
    expect([await store.get('a/b'), await store.stat('a/b'), await store.getRange('a/b', 0, 1)]).toEqual([null, null, null]);
    await putText(store, 'c/d', 'x');
    expect([await store.get('c'), await store.stat('c')]).toEqual([null, null]);
  });

  it('reads exactly the bytes of a generation or null', async () => {
    const store = await makeStore();
    const first = await putText(store, 'a', 'one');
    expect((await store.get('a', { generation: first.generation }))?.bytes).toEqual(utf8('one'));
    const second = await putText(store, 'a', 'two', first.generation);
    const old = await store.get('a', { generation: first.generation });
    if (old !== null) expect(old.bytes).toEqual(utf8('one'));
    expect((await store.get('a', { generation: second.generation }))?.bytes).toEqual(utf8('two'));
    expect(await store.getRange('a', 0, 3, { generation: second.generation })).toEqual(utf8('two'));
    expect(await store.get('a', { generation: '999999' })).toBeNull();
    expect(await store.getRange('a', 0, 3, { generation: '999999' })).toBeNull();
  });

  it('reads ranges as slices of the bytes', async () => {
    const store = await makeStore();
    await putText(store, 'a', '0123456789');
    const ranges = [
      [0, 10],
      [2, 5],
      [3, 3],
      [8, 99],
      [10, 12],
      [50, 60],
    ] as const;
    for (const [start, end] of ranges) {
      expect(await store.getRange('a', start, end)).toEqual(utf8('0123456789'.slice(start, end)));
    }
    for (const [start, end] of [
      [-1, 2],
      [3, 2],
      [0.5, 2],
    ] as const) {
      await expect(store.getRange('a', start, end)).rejects.toMatchObject({ code: 'INVARIANT' });
    }
  });

  it('refuses to read more than maxBytes', async () => {
    const store = await makeStore();
    await putText(store, 'a', '12345');
    expect((await store.get('a', { maxBytes: 5 }))?.bytes).toHaveLength(5);
    await expect(store.get('a', { maxBytes: 4 })).rejects.toMatchObject({ code: 'INPUT_TOO_LARGE', kind: 'terminal' });
  });
}

function copyLaws(makeStore: Make): void {
  const options = (generation: string): PutOptions => ({
    ifGenerationMatch: generation,
    contentType: 'application/json',
    metadata: { m: '1' },
  });

  it('copies the bytes of the named generation with the metadata given', async () => {
    const store = await makeStore();
    const source = await putText(store, 'releases/v/f', 'content', ABSENT, { metadata: { run: 'r' } });
    const target = writtenStat(await store.copy(source, 'current/f', options(ABSENT)));
    expect(target).toMatchObject({ name: 'current/f', size: 7, contentType: 'application/json', metadata: { m: '1' } });
    expect(await store.stat('current/f')).toEqual(target);
    expect(await textOf(store, 'current/f')).toBe('content');
    expect(await store.stat('releases/v/f')).toEqual(source);
  });

  it('keeps the precondition on the target', async () => {
    const store = await makeStore();
    const source = await putText(store, 's', 'new');
    const target = await putText(store, 't', 'old');
    expect(await store.copy(source, 't', options(ABSENT))).toEqual({ written: false, current: target });
    expect(await textOf(store, 't')).toBe('old');
    const copied = writtenStat(await store.copy(source, 't', options(target.generation)));
    expect(BigInt(copied.generation) > BigInt(target.generation)).toBe(true);
    expect(await store.copy(source, 't', options(target.generation))).toEqual({ written: false, current: copied });
  });

  it('gives a new generation also when the bytes are there already', async () => {
    const store = await makeStore();
    const source = await putText(store, 's', 'same');
    const target = await putText(store, 't', 'same');
    const copied = writtenStat(await store.copy(source, 't', options(target.generation)));
    expect(copied.generation).not.toBe(target.generation);
  });

  it('fails and changes nothing when the source generation is gone', async () => {
    const store = await makeStore();
    const first = await putText(store, 's', 'one');
    await putText(store, 's', 'two', first.generation);
    const target = await putText(store, 't', 'old');
    for (const gone of [
      { name: 's', generation: '999999' },
      { name: 'missing', generation: first.generation },
    ]) {
      await expect(store.copy(gone, 't', options(target.generation))).rejects.toMatchObject({
        code: 'OBJECT_SOURCE_GONE',
        kind: 'terminal',
      });
    }
    expect(await store.stat('t')).toEqual(target);
  });
}

function listLaws(makeStore: Make): void {
  it('lists what begins with the prefix, ascending, as soon as it is written', async () => {
    const store = await makeStore();
    const names = ['b', 'a/b/c', 'a/b-c', 'a/bc', 'a/B', 'a/é', 'a/\u{1f600}', 'a/\uff5e', 'a/b/c.d', 'ab'];
    for (const name of names) {
      const stat = await putText(store, name, name);
      expect(await store.list(name)).toContainEqual(stat);
    }
    const listed = async (prefix: string) => (await store.list(prefix)).map((stat) => stat.name);
    const starting = (prefix: string) => names.filter((name) => name.startsWith(prefix)).sort();
    for (const prefix of ['', 'a', 'a/', 'a/b', 'a/b/', 'a/b/c', 'b', 'c', 'a/b/c/']) {
      expect(await listed(prefix), prefix).toEqual(starting(prefix));
    }
  });

  it('lists the stats that stat gives', async () => {
    const store = await makeStore();
    await putText(store, 'x/1', 'one', ABSENT, { metadata: { a: 'b' } });
    await putText(store, 'x/2', 'two');
    expect(await store.list('x/')).toEqual([await store.stat('x/1'), await store.stat('x/2')]);
  });
}

function nameLaws(makeStore: Make): void {
  it.each(BAD_NAMES.map((name) => JSON.stringify(name)))('refuses the name %s everywhere', async (quoted) => {
    const store = await makeStore();
    const source = await putText(store, 'ok', 'x');
    const bad = JSON.parse(quoted) as string;
    const put: PutOptions = { ifGenerationMatch: ABSENT, contentType: TEXT };
    const calls = [
      () => store.get(bad),
      () => store.getRange(bad, 0, 1),
      () => store.stat(bad),
      () => store.put(bad, utf8('x'), put),
      () => store.copy(source, bad, put),
      () => store.copy({ name: bad, generation: '1' }, 'target', put),
      () => store.delete(bad, { ifGenerationMatch: ABSENT }),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'OBJECT_NAME_INVALID' });
    expect(await store.list('')).toEqual([source]);
  });

  it('refuses names that are too long and prefixes that lead outside', async () => {
    const store = await makeStore();
    for (const name of ['n'.repeat(201), 'é'.repeat(101), `${'a/'.repeat(512)}a`]) {
      await expect(store.stat(name)).rejects.toMatchObject({ code: 'OBJECT_NAME_INVALID' });
    }
    for (const prefix of ['/', '../', 'a/../', 'a//', '.meta/', '.', 'a/.']) {
      await expect(store.list(prefix), prefix).rejects.toMatchObject({ code: 'OBJECT_NAME_INVALID' });
    }
  });

  it('takes run keys and other plain names', async () => {
    const store = await makeStore();
    const names = [
      'staging/manual:2026/a b.json',
      'log/0000000001.dsse.json',
      `${'n'.repeat(200)}/${'m'.repeat(200)}`,
      'constructor',
      '__proto__',
    ];
    for (const name of names) await putText(store, name, name);
    expect((await store.list('')).map((stat) => stat.name)).toEqual(names.sort());
  });
}
