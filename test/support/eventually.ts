import { vi } from 'vitest';

/** Shorter than a test may take, so that what did not come is said rather than that time is up. */
const PATIENCE_MS = 240_000;

/** Waits until `check` no longer throws, however long a busy machine takes. */
export async function eventually(check: () => unknown): Promise<void> {
  await vi.waitFor(check, { interval: 10, timeout: PATIENCE_MS });
}
