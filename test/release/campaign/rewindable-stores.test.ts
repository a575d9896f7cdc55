import { describe, expect, it } from 'vitest';
import { utf8 } from '#shared/core/text-bytes.ts';
import { ABSENT } from '#shared/ports/object-store.ts';
import { documentStoreLaws } from '../../laws/document-store.ts';
import { objectStoreLaws } from '../../laws/object-store.ts';
import { rewindableStores } from './rewindable-stores.ts';

objectStoreLaws('rewindableStores', () => rewindableStores().objects);
documentStoreLaws('rewindableStores', () => rewindableStores().documents);

const create = { ifGenerationMatch: ABSENT, contentType: 'text/plain' };

describe('a world that can be taken back', () => {
  it('is what it was, and does not touch the moment it came from', async () => {
    const stores = rewindableStores();
    await stores.objects.put('a', utf8('one'), create);
    const then = stores.snapshot();
    await stores.objects.put('a', utf8('two'), { ...create, ifGenerationMatch: '1' });
    await stores.documents.transaction(async (tx) => tx.set('c/d', { n: 1 }));
    const later = stores.snapshot();
    stores.rewind(then);
    expect(stores.snapshot().key).toBe(then.key);
    expect((await stores.objects.get('a'))?.bytes).toEqual(utf8('one'));
    expect(await stores.documents.get('c/d')).toBeNull();
    stores.rewind(later);
    expect((await stores.objects.get('a'))?.bytes).toEqual(utf8('two'));
    expect(await stores.documents.get('c/d')).toEqual({ n: 1 });
  });

  it('has one key for one state, and tells content, metadata, generation and absence apart', async () => {
    const keyAfter = async (...steps: readonly (readonly [string, string])[]): Promise<string> => {
      const stores = rewindableStores();
      const { objects } = stores;
      for (const [text, tag] of steps) {
        const ifGenerationMatch = (await objects.stat('a'))?.generation ?? ABSENT;
        if (text === '') await objects.delete('a', { ifGenerationMatch });
        else await objects.put('a', utf8(text), { ...create, ifGenerationMatch, metadata: { tag } });
      }
      return stores.snapshot().key;
    };
    expect(await keyAfter(['x', '1'])).toBe(await keyAfter(['x', '1']));
    const keys = [
      await keyAfter(),
      await keyAfter(['x', '1']),
      await keyAfter(['y', '1']),
      await keyAfter(['x', '2']),
      await keyAfter(['x', '1'], ['x', '1']),
      await keyAfter(['x', '1'], ['', '']),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});
