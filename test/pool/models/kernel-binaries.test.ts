import { expect, it } from 'vitest';
import { binaryFile, compileKernels, KERNEL_SOURCES } from '../../../scripts/build-kernels.ts';

it.each(Object.entries(KERNEL_SOURCES))('ships %s as its source compiles', async (constant, source) => {
  const shipped = (await import(binaryFile(source).href)) as Record<string, string>;
  expect(await compileKernels(source)).toBe(shipped[constant]);
});
