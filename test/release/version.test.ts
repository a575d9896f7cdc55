import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareVersions, formatVersion, parseVersion } from '#shared/release/version.ts';

const V = '2026-03-13-core_major';

describe('versions (release spec §3, RL-07)', () => {
  test('ascending by revision as a number', () => {
    expect([`${V}-r10`, V, `${V}-r2`].sort(compareVersions)).toEqual([V, `${V}-r2`, `${V}-r10`]);
  });

  test('the date goes before the revision', () => {
    expect(compareVersions(`${V}-r9`, '2026-04-01-core_major')).toBeLessThan(0);
    expect(compareVersions(`${V}-r2`, `${V}-r2`)).toBe(0);
  });

  test.each([
    `${V}-r1`,
    `${V}-r02`,
    '2026-3-13-core_major',
    `${V}-R2`,
    '2026-02-29-core_major',
    '2026-13-01-core_major',
    '2026-03-13',
    '2026-03-13-Core',
    '2026-03-13-1core',
    `${V}-r0`,
    `${V}-r`,
    `${V}\n`,
    ` ${V}`,
    `${V}-r99999999999999999999`,
    '',
  ])('%j is refused', (text) => {
    expect(parseVersion(text)).toBe(undefined);
    expect(() => compareVersions(text, V)).toThrow(expect.objectContaining({ code: 'VERSION_INVALID', kind: 'terminal' }));
  });

  test('two modes have no order', () => {
    expect(() => compareVersions(V, '2026-03-13-broad_liquid')).toThrow(
      expect.objectContaining({ code: 'VERSION_NOT_COMPARABLE' }),
    );
  });

  test('a leap day exists', () => {
    expect(parseVersion('2028-02-29-core_major-r11')).toEqual({ asOfDate: '2028-02-29', mode: 'core_major', revision: 11 });
  });

  test('format and parse are inverse, and the order is total', () => {
    const version = fc.record({
      asOfDate: fc.constantFrom('2026-01-31', '2026-02-28', '2026-12-31'),
      mode: fc.constant('core_major'),
      revision: fc.integer({ min: 1, max: 30 }),
    });
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(parseVersion(formatVersion(a))).toEqual(a);
        const order = compareVersions(formatVersion(a), formatVersion(b));
        expect(Math.sign(order) + Math.sign(compareVersions(formatVersion(b), formatVersion(a)))).toBe(0);
        expect(order === 0).toBe(formatVersion(a) === formatVersion(b));
      }),
    );
  });

  test('a version that could not be read back is not formatted', () => {
    expect(() => formatVersion({ asOfDate: '2026-03-13', mode: 'core_major', revision: 0 })).toThrow();
    expect(() => formatVersion({ asOfDate: '2026-03-13', mode: 'a-b', revision: 1 })).toThrow();
  });
});
