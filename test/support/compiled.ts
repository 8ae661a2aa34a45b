import { flushCompileCache } from 'node:module';
import { afterAll } from 'vitest';

// A worker is ended without being asked: the next one need not compile again what this one did.
afterAll(() => flushCompileCache());
