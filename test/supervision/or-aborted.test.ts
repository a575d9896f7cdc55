import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { orAborted } from '#shared/supervision/or-aborted.ts';

describe('orAborted', () => {
  it('settles as the work does', async () => {
    const { signal } = new AbortController();
    await expect(orAborted(Promise.resolve(7), signal)).resolves.toBe(7);
    await expect(orAborted(Promise.reject(new Error('no room')), signal)).rejects.toThrow('no room');
  });

  it('rejects with the reason of the signal, whether that comes before or meanwhile', async () => {
    const end = new AbortController();
    const waiting = orAborted(new Promise(() => undefined), end.signal);
    end.abort(new Error('over'));
    await expect(waiting).rejects.toThrow('over');
    await expect(orAborted(new Promise(() => undefined), end.signal)).rejects.toThrow('over');
  });

  it('leaves nothing on a signal that outlives the work', async () => {
    const { signal } = new AbortController();
    for (let i = 0; i < 100; i++) await orAborted(Promise.resolve(i), signal);
    await orAborted(Promise.reject(new Error('x')), signal).catch(() => undefined);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
