import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 30_000,
    restoreMocks: true,
    // Whatever any test logs is kept, and searched for secrets and personal data when the last one has ended.
    globalSetup: ['test/logged/global-setup.ts'],
    setupFiles: ['test/logged/tap.ts'],
    projects: [
      {
        extends: true,
        // These wait for real time-outs of the emulators; a busy machine may be late once, a fault is late always.
        test: { name: 'emulators', include: ['test/{local,simulators}/**/*.test.ts'], retry: 1 },
      },
      {
        extends: true,
        test: {
          name: 'bridge',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, 'test/{local,simulators}/**'],
        },
      },
    ],
  },
});
