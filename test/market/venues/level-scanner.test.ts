import { expect, it } from 'vitest';
import { LEVEL_SCANNER_BASE64 } from '#shared/market/venues/level-scanner/level-scanner-binary.ts';
import { compileLevelScanner } from '../../../scripts/build-level-scanner.ts';

it('the compiled level scanner is the one of its source', async () => {
  expect(await compileLevelScanner()).toBe(LEVEL_SCANNER_BASE64);
});
