import { expect, it } from 'vitest';
import { KERNELS_BASE64 } from '#shared/pool/models/hist-gbt/kernels/kernels-binary.ts';
import { compileKernels } from '../../../../scripts/build-kernels.ts';

it('ships the kernels that their source compiles to', async () => {
  expect(await compileKernels()).toBe(KERNELS_BASE64);
});
