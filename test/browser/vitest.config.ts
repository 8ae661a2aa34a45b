import { defineConfig } from 'vitest/config';
import main from '../../vitest.config.ts';

/** What needs a browser, as a command of its own: `npm run test:browser`. */
// biome-ignore lint/style/noDefaultExport: Vitest asks for one
export default defineConfig({ test: { ...main.test, include: ['test/browser/**/*.test.ts'], exclude: [] } });
