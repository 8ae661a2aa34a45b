/** Set by the deep project of vitest.config.ts: `npm run test:deep`. */
const isDeep = process.env['TEST_DEPTH'] === 'deep';
const SHARE = 8;

/** What is tried finds more the more there is of it: all with `npm run test:deep`, an eighth with `npm test`. */
export function shareOf(many: number): number {
  return isDeep ? many : Math.ceil(many / SHARE);
}

/** How often a property is tried: its share, or as PROPERTY_RUNS says by hand. */
export function runsOf(many: number): number {
  return Number(process.env['PROPERTY_RUNS'] ?? shareOf(many));
}
