import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { GZIP_BEGIN, gzipBlock, gzipEnd } from '#shared/adapters/venues/gzip-blocks.ts';
import { readGzip } from '#shared/adapters/venues/read-gzip.ts';

it('is one gzip stream, readable to the end of each block, whatever is packed', async () => {
  const text = fc.string({ minLength: 1, maxLength: 200, unit: 'binary' }).map((part) => Buffer.from(part).toString('utf8'));
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 8 }), async (texts) => {
      let [state, stream, soFar] = [GZIP_BEGIN, Buffer.alloc(0), ''];
      for (const part of texts) {
        const block = await gzipBlock(state, part);
        ({ state } = block);
        stream = Buffer.concat([stream, block.bytes]);
        soFar += part;
        const { bytes, isCut } = readGzip(stream);
        expect([bytes.toString('utf8'), isCut]).toEqual([soFar, true]);
      }
      expect(gunzipSync(Buffer.concat([stream, gzipEnd(state)])).toString('utf8')).toBe(soFar);
    }),
    { numRuns: 50 },
  );
});

it('packs what it said before in a few bytes, over more than its window', async () => {
  const text = Array.from({ length: 3_000 }, (_, n) => `${n * 7919}`).join();
  const first = await gzipBlock(GZIP_BEGIN, 'x'.repeat(70_000) + text);
  const second = await gzipBlock(first.state, text);
  expect([first.bytes.length > 3_000, second.bytes.length < 400]).toEqual([true, true]);
  const whole = Buffer.concat([first.bytes, second.bytes, gzipEnd(second.state)]);
  expect(gunzipSync(whole).toString('utf8')).toBe('x'.repeat(70_000) + text + text);
});
