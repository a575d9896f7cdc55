import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/emulators/emulator-desk.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Process-wide defaults that a release must not depend on; the reproducibility tests override them.
    env: { TZ: 'UTC' },
  },
});
