import { defineConfig } from 'vitest/config';
import config from '../../vitest.config.ts';

const { globalSetup, setupFiles } = config.test ?? {};

/** Runs the planted file under the very settings of all tests. */
// biome-ignore lint/style/noDefaultExport: Vitest asks for one
export default defineConfig({
  test: {
    include: ['test/logged/planted.ts'],
    ...(globalSetup !== undefined && { globalSetup }),
    ...(setupFiles !== undefined && { setupFiles }),
  },
});
