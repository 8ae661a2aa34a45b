import { configDefaults, defineConfig } from 'vitest/config';

/** What takes minutes; `npm run test:deep`, which .ci/run calls. */
const DEEP = [
  'test/simulation/teeth.test.ts',
  'test/simulation/many-seeds.test.ts',
  'test/fuzz/teeth.test.ts',
];
/** They need Chromium: npm run test:browser. */
const BROWSER = 'test/browser/**';
/** These share no state of a module with another file: loading everything anew for each would take half of their time. */
const TOGETHER = ['core', 'pipeline', 'mautic', 'stores', 'contracts', 'simulators', 'cli'].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);

export default defineConfig({
  test: {
    // Only what hangs takes so long, on a busy machine too; no test is tried twice.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    restoreMocks: true,
    // Half of what most tests do is waiting; without this two processors run one file at a time.
    maxWorkers: '100%',
    // Whatever any test logs is kept, and searched for secrets and personal data when the last one has ended.
    globalSetup: ['test/logged/global-setup.ts'],
    setupFiles: ['test/logged/tap.ts'],
    projects: [
      { extends: true, test: { name: 'together', include: TOGETHER, isolate: false } },
      {
        extends: true,
        test: {
          name: 'apart',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, BROWSER, ...TOGETHER, ...DEEP],
        },
      },
      { extends: true, test: { name: 'deep', include: DEEP } },
    ],
  },
});
