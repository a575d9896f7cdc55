import { expect, it } from 'vitest';
import { FRAME_SCANNER_BASE64 } from '#shared/market/venues/frame-scanner/frame-scanner-binary.ts';
import { compileFrameScanner } from '../../../scripts/build-frame-scanner.ts';

it('the compiled frame scanner is the one of its source', async () => {
  expect(await compileFrameScanner()).toBe(FRAME_SCANNER_BASE64);
});
