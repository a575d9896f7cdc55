import { describe, expect, it } from 'vitest';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { repeatableRandom } from '#shared/adapters/memory/random.ts';
import { systemClock } from '#shared/adapters/system/clock.ts';
import { jsonLinesLogger } from '#shared/adapters/system/json-lines-logger.ts';
import { systemRandom } from '#shared/adapters/system/random.ts';
import type { Random } from '#shared/ports/random.ts';
import { clockLaws } from '../../laws/clock.ts';

clockLaws('systemClock', () => {
  const clock = systemClock();
  return { clock, pass: (ms) => clock.sleep(ms + 1) };
});

describe.each<[string, () => Random]>([
  ['systemRandom', systemRandom],
  ['repeatableRandom', () => repeatableRandom('seed')],
])('%s', (_, make) => {
  it('draws from [0, 1) and spells bytes as hex', () => {
    const random = make();
    const draws = Array.from({ length: 1000 }, () => random.next());
    expect(draws.every((draw) => draw >= 0 && draw < 1)).toBe(true);
    expect(new Set(draws).size).toBeGreaterThan(990);
    expect(random.hex(16)).toMatch(/^[0-9a-f]{32}$/);
    expect(random.hex(16)).not.toBe(random.hex(16));
    expect(random.hex(0)).toBe('');
  });
});

it('repeatableRandom repeats itself', () => {
  const [a, b] = [repeatableRandom('x'), repeatableRandom('x')];
  expect([a.next(), a.hex(4)]).toEqual([b.next(), b.hex(4)]);
  expect(repeatableRandom('y').hex(8)).not.toBe(repeatableRandom('x').hex(8));
});

it('jsonLinesLogger writes one object a line', () => {
  const lines: string[] = [];
  const logger = jsonLinesLogger({ clock: manualClock(0), write: (line) => lines.push(line) });
  logger.info('release.published', { version: 'v', publish_seq: 2 });
  logger.warn('lease_busy');
  logger.error('store_failed', { path: 'a\nb' });
  expect(lines).toEqual([
    '{"time":"1970-01-01T00:00:00.000Z","severity":"INFO","event":"release.published","version":"v","publish_seq":2}\n',
    '{"time":"1970-01-01T00:00:00.000Z","severity":"WARNING","event":"lease_busy"}\n',
    '{"time":"1970-01-01T00:00:00.000Z","severity":"ERROR","event":"store_failed","path":"a\\nb"}\n',
  ]);
});
