import { CRC32C } from '@google-cloud/storage';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { crc32c, crc32cBase64 } from '#shared/core/crc32c.ts';
import { utf8 } from '#shared/core/text-bytes.ts';

it('gives the vectors of RFC 3720 B.4', () => {
  expect(crc32c(utf8('123456789'))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32cBase64(new Uint8Array(0))).toBe('AAAAAA==');
});

it('agrees with the Cloud Storage client', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const theirs = new CRC32C();
      theirs.update(Buffer.from(bytes));
      expect(crc32cBase64(bytes)).toBe(theirs.toString());
    }),
  );
});
