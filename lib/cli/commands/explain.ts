import type { Command } from 'commander';
import { normaliseEmail } from '../../core/ledger/email.ts';
import type { Store } from '../../core/policy/store.ts';
import type { Subject } from '../../pipeline/explain.ts';
import { contactOf } from '../flags.ts';
import { type Doors, workAt } from '../place/open-place.ts';
import type { PlaceFlags } from '../place/place.ts';
import { withExamples, withPlaceFlags } from '../place/place-flags.ts';
import { UsageError } from '../usage-error.ts';

/** `bridge explain`. */
export function addExplain(program: Command, doors: Doors): void {
  const command = program
    .command('explain')
    .argument(
      '<order or address>',
      'an order as 123 or demo/123, an e-mail address, or a contact key of the logs',
    )
    .summary('what happened to an order or a person')
    .description(
      'The story of one order or one person: what the shop said and when, what Mautic was told, what is due, done or parked and why, and what a person must do.',
    )
    .action((text: string, flags: PlaceFlags) =>
      workAt(doors, flags, async (site) => {
        const subject = subjectOf(text, site.config.stores);
        const { explain } = await import('./run/explain.ts');
        await explain(site, subject);
      }),
    );
  withExamples(withPlaceFlags(command), 'explain 123', 'explain someone@example.com --local');
}

const KEY = /^[\w-]{22}$/;

/** What is asked about. @throws UsageError that says how to name it; an address is not repeated. */
export function subjectOf(text: string, stores: readonly Pick<Store, 'id'>[]): Subject {
  if (text.includes('@')) return contactSubject(text);
  const parts = text
    .replace(/^#/, '')
    .replace(/^order\//, '')
    .split('/');
  if (parts.length === 1 && KEY.test(text)) return contactSubject(text);
  const [only, ...others] = stores;
  const [store, id] = parts.length === 1 ? [others.length === 0 ? only?.id : undefined, parts[0]] : parts;
  if (parts.length > 2 || id === undefined || id === '' || !/^[\w-]{1,40}$/.test(id))
    throw new UsageError('That is no order and no address: give 123, demo/123 or someone@example.com.');
  if (store !== undefined && stores.some((one) => one.id === store))
    return { kind: 'order', ref: { kind: 'order', store, id } };
  throw new UsageError(`Say of which store: ${stores.map((one) => `${one.id}/${id}`).join(' or ')}.`);
}

function contactSubject(text: string): Subject {
  const contact = contactOf(text, 'What was given');
  if (contact === undefined || (text.includes('@') && !normaliseEmail(text).usable))
    throw new UsageError('That is no address that the bridge gives to Mautic.');
  return { kind: 'contact', contact };
}
