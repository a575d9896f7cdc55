import { describe, expect, it } from 'vitest';
import { loadPoolParams, SHIPPED_PARAMETER_SETS } from '#shared/adapters/fs/pool-params-file.ts';
import { parsePoolParams } from '#shared/contracts/parse-pool-params.ts';

function shipped(name: string): Record<string, unknown> {
  const loaded = loadPoolParams(name);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  return structuredClone(loaded.value.params) as unknown as Record<string, unknown>;
}

describe('parameter sets', () => {
  it.each(SHIPPED_PARAMETER_SETS)('%s is complete and valid', (name) => {
    expect(loadPoolParams(name)).toMatchObject({ ok: true, value: { params: { id: name } } });
  });

  it('has a digest that ignores key order and sees every value', () => {
    const params = shipped('core_major');
    const reordered = Object.fromEntries(Object.entries(params).reverse());
    const changed = { ...params, seed: 43 };
    const digests = [params, reordered, changed].map((document) => {
      const parsed = parsePoolParams(document, 'x.json');
      return parsed.ok ? parsed.value.sha256 : 'refused';
    });
    expect(digests[1]).toBe(digests[0]);
    expect(digests[2]).not.toBe(digests[0]);
  });

  it('lists every problem with file, path and remedy', () => {
    const { seed: _seed, ...rest } = shipped('core_major');
    const refused = parsePoolParams({ ...rest, publishable: 'yes', surprise: 1 }, 'mine.json');
    expect(refused.ok).toBe(false);
    if (refused.ok) return;
    const messages = refused.error.map((refusal) => refusal.message).join('\n');
    expect(messages).toMatch(/mine\.json: seed/);
    expect(messages).toMatch(/mine\.json: publishable/);
    expect(messages).toMatch(/surprise/);
  });

  it('refuses a file that is not there, naming the sets that are', () => {
    const refused = loadPoolParams('no-such-set');
    expect(refused).toMatchObject({ ok: false, error: [{ code: 'PARAMS_INVALID' }] });
    expect(JSON.stringify(refused)).toMatch(/core_major, reference/);
  });
});
