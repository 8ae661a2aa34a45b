import type { Draft, Ending, SyncParts } from './parts.ts';

interface Write {
  readonly change: Draft['change'] | undefined;
  readonly ending: Extract<Ending, { readonly end: 'written' }>;
}

/** Says what Mautic was told of a contact: which fields, and how many tags; never what stands in them. */
export function tellWritten(
  { log }: Pick<SyncParts, 'log'>,
  { lane, profile }: Pick<Draft, 'lane' | 'profile'>,
  { change, ending }: Write,
): void {
  const { fields = {}, addTags = [], removeTags = [] } = change ?? {};
  log.info('Wrote a contact', {
    contact: lane.ring.contact,
    mauticId: ending.contactId,
    wanted: profile.wanted,
    wrote: ending.full ? 'everything' : Object.keys(fields).join(' '),
    tags: `+${String(addTags.length)} -${String(removeTags.length)}`,
  });
}
