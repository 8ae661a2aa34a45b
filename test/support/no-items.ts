import type { MauticItems } from '../../lib/core/ports/mautic.ts';

/** Custom items of a Mautic that must not be asked for any: a policy without Custom Objects costs no call. */
export const NO_ITEMS: MauticItems = {
  write: () => Promise.reject(new Error('custom items were written though the policy has none')),
};
