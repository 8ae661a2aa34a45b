import { beforeEach, describe, expect, it } from 'vitest';
import { optOutOf, silencedOf } from '../../../lib/core/stores/opt-out.ts';
import { createMemoryLedger, type MemoryLedger } from '../../../lib/local/memory/ledger.ts';
import { exportPerson } from '../../../lib/pipeline/people/export-person.ts';
import { contact, emailOf } from '../../contracts/samples.ts';

const [ADA, BERT] = [contact('ada'), contact('bert')];
const ROW = { fingerprint: 'f', contactId: 7 };

let ledger: MemoryLedger;

beforeEach(async () => {
  ledger = createMemoryLedger();
  for (const name of ['ada', 'bert']) await ledger.want(contact(name), emailOf(name), 1000);
});

const exported = () =>
  exportPerson({ contacts: ledger, things: ledger, registers: ledger, stores: ['demo', 'other'] }, ADA);

describe('what is held of a person', () => {
  it('is what the ledger knows of their custom items, too', async () => {
    await ledger.saveItems(ADA, new Map([['orders#demo/1', ROW]]));
    await ledger.saveItems(BERT, new Map([['orders#demo/2', ROW]]));

    expect(await exported()).toMatchObject({ contact: ADA, items: { 'orders#demo/1': ROW } });
    expect(Object.keys((await exported())?.items ?? {})).toHaveLength(1);
  });

  it('is where they asked for no more e-mails: a plugin of a store, and Mautic before an erasure', async () => {
    await ledger.write(optOutOf('other', ADA), '{"at":1}', undefined);
    await ledger.write(silencedOf(ADA), '{"at":2}', undefined);
    await ledger.write(optOutOf('demo', BERT), '{"at":3}', undefined);

    expect((await exported())?.optedOut).toEqual(['other', 'mautic']);
  });

  it('says nothing of what there is not', async () => {
    expect(Object.keys((await exported()) ?? {}).toSorted()).toEqual([
      'contact',
      'profile',
      'things',
      'written',
    ]);
  });
});
