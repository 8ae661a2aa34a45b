import { defineConfig } from 'vitest/config';
import main from '../../vitest.config.ts';

const { projects: _ofTheRest, ...shared } = main.test ?? {};

/** What needs a browser, as a command of its own: `npm run test:browser`. */
// biome-ignore lint/style/noDefaultExport: Vitest asks for one
export default defineConfig({ test: { ...shared, include: ['test/browser/**/*.test.ts'], exclude: [] } });
