import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They need Chromium: npm run test:browser.
    exclude: [...configDefaults.exclude, 'test/browser/**'],
    // Only what hangs takes so long, on a busy machine too; no test is tried twice.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    restoreMocks: true,
    // Whatever any test logs is kept, and searched for secrets and personal data when the last one has ended.
    globalSetup: ['test/logged/global-setup.ts'],
    setupFiles: ['test/logged/tap.ts'],
  },
});
