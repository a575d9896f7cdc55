import { describe, expect, it } from 'vitest';
import type { DocumentData, DocumentStore, DocumentTransaction, DocumentValue } from '#shared/ports/document-store.ts';

type Make = () => DocumentStore | Promise<DocumentStore>;

/** The laws of DocumentStore; `makeStore` gives an empty store each time. */
export function documentStoreLaws(name: string, makeStore: Make): void {
  describe(`${name} keeps the laws of DocumentStore`, () => {
    dataLaws(makeStore);
    transactionLaws(makeStore);
    concurrencyLaws(makeStore);
    listLaws(makeStore);
  });
}

/** Writes one whole document. */
export function setDocument(store: DocumentStore, path: string, data: DocumentData): Promise<void> {
  return store.transaction(async (tx) => tx.set(path, data));
}

/** Adds one to field `n` of a document and gives the new count. */
export function incrementDocument(store: DocumentStore, path: string): Promise<number> {
  return store.transaction(async (tx) => {
    const count = Number((await tx.get(path))?.n ?? 0) + 1;
    await Promise.resolve();
    tx.set(path, { n: count });
    return count;
  });
}

const EVERY_KIND: DocumentData = {
  text: 'héllo \u0000 \u{1f600}',
  empty: '',
  integer: 9_007_199_254_740_991,
  float: 0.1 + 0.2,
  tiny: 5e-324,
  negative: -1.5e300,
  zero: 0,
  yes: true,
  no: false,
  nothing: null,
  list: ['a', 1, null, { inner: ['b'] }, {}],
  emptyList: [],
  map: { b: { c: { d: 1 } }, a: {}, '10': 1, '9': 2 },
  deep: nested(19),
  'odd name.with/signs': 1,
};

function dataLaws(makeStore: Make): void {
  it('gives back what was written', async () => {
    const store = await makeStore();
    await setDocument(store, 'c/d', EVERY_KIND);
    expect(await store.get('c/d')).toEqual(EVERY_KIND);
    expect(await store.list('c')).toEqual([{ id: 'd', data: EVERY_KIND }]);
    expect(await store.transaction((tx) => tx.get('c/d'))).toEqual(EVERY_KIND);
    expect(await store.get('c/other')).toBeNull();
    expect(await store.get('other/d')).toBeNull();
  });

  it('keeps fields that are called like members of every object', async () => {
    const store = await makeStore();
    const data: DocumentData = { constructor: 1, toString: { valueOf: 'x' } };
    await setDocument(store, 'c/d', data);
    const back = await store.get('c/d');
    expect(Object.keys(back!).sort()).toEqual(['constructor', 'toString']);
    expect(back).toEqual(data);
  });

  it('shares no memory with writers and readers', async () => {
    const store = await makeStore();
    const data = { list: [{ n: 1 }] };
    await store.transaction(async (tx) => {
      tx.set('c/d', data);
      data.list[0]!.n = 2;
    });
    data.list.push({ n: 3 });
    const read = (await store.get('c/d')) as { list: { n: number }[] };
    read.list.length = 0;
    expect(await store.get('c/d')).toEqual({ list: [{ n: 1 }] });
  });

  it.each<[string, unknown]>([
    ['undefined', { a: undefined }],
    ['NaN', { a: Number.NaN }],
    ['infinity', { a: { b: Number.POSITIVE_INFINITY } }],
    ['minus zero', { a: [-0] }],
    ['an array in an array', { a: [[1]] }],
    ['a bigint', { a: 1n }],
    ['a date', { a: new Date(0) }],
    ['bytes', { a: new Uint8Array(1) }],
    ['a hole in an array', { a: Array(1) }],
    ['an empty field name', { '': 1 }],
    ['a field called __proto__', JSON.parse('{"a": {"__proto__": 1}}')],
    ['more than 20 levels', nested(21)],
    ['a lone surrogate', { a: '\ud800' }],
    ['more than 1 MiB', { a: 'x'.repeat(1_048_577) }],
  ])('refuses %s and changes nothing', async (_, data) => {
    const store = await makeStore();
    const write = store.transaction(async (tx) => {
      tx.set('c/before', { a: 1 });
      tx.set('c/d', data as DocumentData);
    });
    await expect(write).rejects.toMatchObject({ code: 'DOCUMENT_INVALID' });
    expect(await store.list('c')).toEqual([]);
  });

  it.each(['', 'c', 'c/', '/d', 'c/d/e', 'c/..', 'c/__x__', 'c/a\u0000'])('refuses the path %j', async (path) => {
    const store = await makeStore();
    const refusal = { code: 'DOCUMENT_PATH_INVALID' };
    await expect(store.get(path)).rejects.toMatchObject(refusal);
    await expect(setDocument(store, path, {})).rejects.toMatchObject(refusal);
    await expect(store.transaction((tx) => tx.get(path))).rejects.toMatchObject(refusal);
    await expect(store.transaction(async (tx) => tx.delete(path))).rejects.toMatchObject(refusal);
  });
}

/** A document with this many levels of maps below it. */
function nested(levels: number): DocumentData {
  let data: DocumentData = { v: 1 };
  for (let i = 0; i < levels; i++) data = { m: data };
  return data;
}

function transactionLaws(makeStore: Make): void {
  it('returns what the body returns', async () => {
    const store = await makeStore();
    expect(await store.transaction(async () => 'answer')).toBe('answer');
  });

  it('applies all writes in order, or none when the body throws', async () => {
    const store = await makeStore();
    await store.transaction(async (tx) => {
      tx.create('c/a', { v: 1 });
      tx.set('c/b', { v: 1 });
      tx.set('c/a', { v: 2 });
      tx.delete('c/b');
      tx.create('c/b', { v: 3 });
    });
    const abort = store.transaction(async (tx) => {
      tx.set('c/a', { v: 9 });
      tx.delete('c/b');
      throw new Error('changed my mind');
    });
    await expect(abort).rejects.toThrow('changed my mind');
    expect(await store.list('c')).toEqual([
      { id: 'a', data: { v: 2 } },
      { id: 'b', data: { v: 3 } },
    ]);
  });

  it('replaces whole documents and forgets removed ones', async () => {
    const store = await makeStore();
    await setDocument(store, 'c/a', { v: 1, old: true });
    await setDocument(store, 'c/a', { v: 2 });
    expect(await store.get('c/a')).toEqual({ v: 2 });
    await store.transaction(async (tx) => tx.delete('c/a'));
    await store.transaction(async (tx) => tx.delete('c/never'));
    expect(await store.get('c/a')).toBeNull();
    expect(await store.list('c')).toEqual([]);
    await store.transaction(async (tx) => tx.create('c/a', { v: 3 }));
    expect(await store.get('c/a')).toEqual({ v: 3 });
  });

  it('creates only what is not there, and otherwise changes nothing', async () => {
    const store = await makeStore();
    await setDocument(store, 'c/a', { v: 1 });
    const create = store.transaction(async (tx) => {
      tx.set('c/b', { v: 1 });
      tx.create('c/a', { v: 2 });
    });
    await expect(create).rejects.toMatchObject({ code: 'DOCUMENT_EXISTS', kind: 'terminal' });
    expect(await store.list('c')).toEqual([{ id: 'a', data: { v: 1 } }]);
  });

  it('refuses a read after a write and any use after the end', async () => {
    const store = await makeStore();
    const late = store.transaction(async (tx) => {
      tx.set('c/a', { v: 1 });
      await tx.get('c/a');
    });
    await expect(late).rejects.toMatchObject({ code: 'INVARIANT' });
    const escaped = await store.transaction(async (tx) => ({ tx }));
    expect(() => escaped.tx.set('c/a', { v: 1 })).toThrow();
    await expect(escaped.tx.get('c/a')).rejects.toThrow();
    expect(await store.get('c/a')).toBeNull();
  });
}

function concurrencyLaws(makeStore: Make): void {
  it('loses no increment', async () => {
    const store = await makeStore();
    const counts = await Promise.all(Array.from({ length: 40 }, () => incrementDocument(store, 'c/n')));
    expect(await store.get('c/n')).toEqual({ n: 40 });
    expect(new Set(counts).size).toBe(40);
  });

  it('reruns the body when a document it read has changed', async () => {
    const store = await makeStore();
    const seen: DocumentValue[] = [];
    await store.transaction(async (tx) => {
      const before = Number((await tx.get('c/n'))?.n ?? 0);
      seen.push(before);
      if (seen.length === 1) await incrementDocument(store, 'c/n');
      tx.set('c/n', { n: before + 10 });
    });
    expect(seen).toEqual([0, 1]);
    expect(await store.get('c/n')).toEqual({ n: 11 });
  });

  it('counts absence and removal as something read', async () => {
    const store = await makeStore();
    await setDocument(store, 'c/gone', { v: 1 });
    let runs = 0;
    await store.transaction(async (tx) => {
      const [gone, fresh] = [await tx.get('c/gone'), await tx.get('c/fresh')];
      if (runs++ === 0) {
        await store.transaction(async (other) => {
          other.delete('c/gone');
          other.create('c/fresh', { v: 2 });
        });
      }
      tx.set('c/seen', { gone: gone === null, fresh: fresh !== null });
    });
    expect(await store.get('c/seen')).toEqual({ gone: true, fresh: true });
  });

  it('allows no write skew', async () => {
    const store = await makeStore();
    await setDocument(store, 'duty/a', { on: true });
    await setDocument(store, 'duty/b', { on: true });
    const leave = (me: string): Promise<void> =>
      store.transaction(async (tx) => {
        const [a, b] = [await tx.get('duty/a'), await tx.get('duty/b')];
        await Promise.resolve();
        if (a?.on === true && b?.on === true) tx.set(`duty/${me}`, { on: false });
      });
    await Promise.all([leave('a'), leave('b')]);
    const on = (await store.list('duty')).filter(({ data }) => data.on === true);
    expect(on).toHaveLength(1);
  });

  it('never shows a body two states at once', async () => {
    const store = await makeStore();
    const move = (tx: DocumentTransaction, n: number): void => {
      tx.set('pair/a', { n });
      tx.set('pair/b', { n: 1000 - n });
    };
    await store.transaction(async (tx) => move(tx, 0));
    const torn: string[] = [];
    const watch = async (): Promise<void> => {
      for (let i = 0; i < 20; i++) {
        await store.transaction(async (tx) => {
          const a = Number((await tx.get('pair/a'))?.n);
          await new Promise((resolve) => setImmediate(resolve));
          const b = Number((await tx.get('pair/b'))?.n);
          if (a + b !== 1000) torn.push(`${a} ${b}`);
        });
      }
    };
    const write = async (): Promise<void> => {
      for (let n = 1; n <= 40; n++) {
        await store.transaction(async (tx) => move(tx, n));
        if (n % 4 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await Promise.all([watch(), write(), watch()]);
    expect(torn).toEqual([]);
  });

  it('lets transactions on other documents pass', async () => {
    const store = await makeStore();
    let runs = 0;
    await store.transaction(async (tx) => {
      runs += 1;
      await tx.get('c/mine');
      await incrementDocument(store, 'c/other');
      tx.set('c/mine', { v: 1 });
    });
    expect(runs).toBe(1);
  });

  it('creates once under concurrency', async () => {
    const store = await makeStore();
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) => store.transaction(async (tx) => tx.create('c/one', { i }))),
    );
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  });
}

function listLaws(makeStore: Make): void {
  const IDS = ['0000000001', '0000000002', '0000000010', 'A', 'a', 'b:20260314T004500Z', 'é', '\uff5e', '\u{1f600}'];

  it('lists one collection by id, in pages, both ways', async () => {
    const store = await makeStore();
    for (const id of [...IDS].reverse()) await setDocument(store, `log/${id}`, { id });
    await setDocument(store, 'logs/x', {});
    await setDocument(store, 'lo/x', {});
    const ids = async (options?: Parameters<DocumentStore['list']>[1]) =>
      (await store.list('log', options)).map((entry) => entry.id);
    expect(await ids()).toEqual(IDS);
    expect(await ids({ descending: true })).toEqual(IDS.toReversed());
    expect(await ids({ limit: 2 })).toEqual(IDS.slice(0, 2));
    expect(await ids({ limit: 0 })).toEqual([]);
    expect(await ids({ descending: true, limit: 1 })).toEqual(IDS.slice(-1));
    expect(await ids({ startAt: 'A' })).toEqual(IDS.slice(3));
    expect(await ids({ startAt: '0000000003' })).toEqual(IDS.slice(2));
    expect(await ids({ startAt: '0000000002', limit: 3 })).toEqual(IDS.slice(1, 4));
    expect(await ids({ startAt: 'A', descending: true })).toEqual(IDS.slice(0, 4).reverse());
    expect(await ids({ startAt: '\u{1f601}' })).toEqual([]);
    expect(await store.list('nothing')).toEqual([]);
  });

  it('pages through everything without gaps', async () => {
    const store = await makeStore();
    for (const id of IDS) await setDocument(store, `log/${id}`, { id });
    const seen: string[] = [];
    let startAt: string | undefined;
    for (;;) {
      const page = await store.list('log', { limit: 3, ...(startAt === undefined ? {} : { startAt }) });
      seen.push(...page.slice(startAt === undefined ? 0 : 1).map((entry) => entry.id));
      if (page.length < 3) break;
      startAt = page.at(-1)!.id;
    }
    expect(seen).toEqual(IDS);
  });

  it('refuses a collection that no path can have', async () => {
    const store = await makeStore();
    for (const collection of ['', 'a/b', '..']) {
      await expect(store.list(collection)).rejects.toMatchObject({ code: 'DOCUMENT_PATH_INVALID' });
    }
  });
}
