import { vi } from 'vitest';
import { keepPrinted } from '../logged/tap.ts';

/** The metrics that a function prints for CloudWatch while it works, in one object. */
export async function metricsOf(work: () => Promise<unknown>): Promise<Record<string, unknown>> {
  let printed = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    printed += String(chunk);
    keepPrinted(String(chunk));
    return true;
  });
  try {
    await work();
  } finally {
    write.mockRestore();
  }
  const lines = printed.split('\n').filter((line) => line.includes('"CloudWatchMetrics"'));
  return Object.assign({}, ...lines.map((line) => JSON.parse(line) as object)) as Record<string, unknown>;
}
