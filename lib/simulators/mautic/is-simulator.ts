import { SIMULATOR_HEADER } from './pages/pages.ts';

const PATIENCE_MS = 10_000;

/** Whether a simulated Mautic answers at this base URL; false when nobody does. */
export async function isSimulator(baseUrl: string): Promise<boolean> {
  try {
    const response = await fetch(new URL('/', baseUrl), {
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    await response.body?.cancel();
    return response.headers.has(SIMULATOR_HEADER);
  } catch {
    return false;
  }
}
