import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

/** What takes minutes; `npm run test:deep`, which .ci/run calls. */
const DEEP = [
  'test/simulation/teeth.test.ts',
  'test/simulation/many-seeds.test.ts',
  'test/simulation/once-wrong.test.ts',
  'test/fuzz/fuzz.test.ts',
  'test/fuzz/teeth.test.ts',
  'test/e2e/any-order.test.ts',
  'test/e2e/killed.test.ts',
  'test/pipeline/sync/outage.test.ts',
  'test/stack/synthesis.test.ts',
];
/** What runs in both: a share with `npm test`, all of it there (test/support/depth.ts). */
const IN_FULL = [
  'test/properties/**/*.test.ts',
  'test/aws/shared-token.test.ts',
  'test/stores/*/webhooks/never-throws.test.ts',
];
/** They need Chromium: npm run test:browser. */
const BROWSER = 'test/browser/**';
/** These share no state of a module with another file: loading everything anew for each would take half of their time. */
const TOGETHER = [
  'test/{http,json-in-text,patience}.test.ts',
  'test/{aws,cli,contracts,core,deployed,fuzz,lockfile,logged,mautic,pipeline,properties}/**/*.test.ts',
  'test/{reference,simulation,simulators,stores,upgrade}/**/*.test.ts',
  'test/local/{aws,console,demo,gateway,shop,site}/**/*.test.ts',
  'test/local/bridge/{health,own-mautic,start}.test.ts',
  'test/bench/{scoreboard,cloud/monthly}.test.ts',
];

/** Workers and what they start compile nothing that an earlier one did; where bin/bridge.ts keeps it, too. */
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('node_modules/.cache/bridge', import.meta.url));

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
      {
        extends: true,
        test: {
          name: 'together',
          include: TOGETHER,
          exclude: [...configDefaults.exclude, ...DEEP],
          isolate: false,
          // Node runs TypeScript as it is, here as in `npm start`: a tenth of the processor time went into transforming.
          experimental: { viteModuleRunner: false },
          // A test file has another address each time: whatever is compiled of it would be kept, and never read.
          env: { NODE_DISABLE_COMPILE_CACHE: '1' },
        },
      },
      {
        extends: true,
        test: {
          name: 'apart',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, BROWSER, ...TOGETHER, ...DEEP],
        },
      },
      { extends: true, test: { name: 'deep', include: [...DEEP, ...IN_FULL], env: { TEST_DEPTH: 'deep' } } },
    ],
  },
});
