import type { SyncParts } from '../parts.ts';

/** Whether Mautic works but for one thing: it answers a simple question about this contact. */
export async function isUp({ mautic }: Pick<SyncParts, 'mautic'>, email: string): Promise<boolean> {
  return (await mautic.find(email)).ok;
}
