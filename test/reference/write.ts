import { readFileSync, writeFileSync } from 'node:fs';
import { withTables } from './tables.ts';

/** `npm run reference`: the tables of .github/REFERENCE.md, from the comments and defaults of the schemas. */
const file = new URL('../../.github/REFERENCE.md', import.meta.url);
writeFileSync(file, withTables(readFileSync(file, 'utf8')));
