import { expect, it } from 'vitest';
import { CHECKSUM_KERNEL_BASE64 } from '#shared/market/book/checksum/checksum-kernel-binary.ts';
import { BOOK_KERNEL_BASE64 } from '#shared/market/book/kernel/book-kernel-binary.ts';
import { FRAME_SCANNER_BASE64 } from '#shared/market/venues/frame-scanner/frame-scanner-binary.ts';
import { compileWasm } from '../../scripts/build-wasm.ts';

it.each([
  ['venues/frame-scanner/frame-scanner', FRAME_SCANNER_BASE64],
  ['book/checksum/checksum-kernel', CHECKSUM_KERNEL_BASE64],
  ['book/kernel/book-kernel', BOOK_KERNEL_BASE64],
] as const)('the binary of %s is the one of its source', async (source, binary) => {
  expect(await compileWasm(source)).toBe(binary);
});
