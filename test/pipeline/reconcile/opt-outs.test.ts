import { describe, expect, it } from 'vitest';
import { failed, succeeded } from '../../../lib/core/ledger/failure.ts';
import { optOutOf, readOptOut } from '../../../lib/core/stores/opt-out.ts';
import { DAY, Reconciling } from '../../support/reconciling.ts';
import { keyOf } from '../../support/workshop.ts';

/** A shop whose plugin knows these addresses, newest first, ten on a page. */
function openShop(emails: string[]) {
  const world = new Reconciling();
  const asked: number[] = [];
  world.stores = world.stores.map((store) => ({ ...store, followUpEmails: true }));
  world.change = {
    optOutsOf: () => ({
      optOuts: async ({ page }) => {
        asked.push(page);
        const items = emails.slice((page - 1) * 10, page * 10).map((email) => ({ email, at: undefined }));
        return succeeded({ items, last: items.length < 10 });
      },
    }),
  };
  const known = async (email: string) =>
    readOptOut((await world.ledger.read(optOutOf('demo', keyOf(email))))?.text);
  return { world, asked, known };
}

const people = (count: number) => Array.from({ length: count }, (_, at) => `p${String(at)}@example.test`);

describe('opt-outs of Follow-Up Emails', () => {
  it('are read whole once, and then page by page until everybody is known', async () => {
    const emails = people(25);
    const { world, asked, known } = openShop(emails);

    await world.run();
    expect(await known('p24@example.test')).toMatchObject({ told: true });
    asked.length = 0;
    emails.unshift('new@example.test');
    await world.run();

    expect(asked).toEqual([1, 2]);
    expect(await known('new@example.test')).toBeDefined();
  });

  it('are read whole again each night', async () => {
    const { world, asked } = openShop(people(25));
    await world.run();
    asked.length = 0;
    world.now += DAY;

    await world.run();

    expect(asked).toEqual([1, 1, 2, 3]);
  });

  it('ring for their contacts, once', async () => {
    const { world } = openShop(['ana@example.test']);
    await world.ledger.want(keyOf('ana@example.test'), 'ana@example.test', world.now);
    const before = (await world.ledger.profile(keyOf('ana@example.test')))?.wanted ?? 0;

    await world.run();
    await world.run();

    expect((await world.ledger.profile(keyOf('ana@example.test')))?.wanted).toBe(before + 1);
  });

  it('are told at once to contacts of which something is due in weeks', async () => {
    const { world } = openShop(['ana@example.test']);
    const contact = keyOf('ana@example.test');
    const { wanted } = await world.ledger.want(contact, 'ana@example.test', world.now);
    await world.ledger.settle(contact, wanted, { nextDue: world.now + 30 * DAY });

    await world.run();

    expect((await world.ledger.profile(contact))?.due).toBeLessThanOrEqual(world.now);
  });

  it('ring again when the run died before they did', async () => {
    const { world, known } = openShop(['ana@example.test']);
    await world.ledger.write(
      optOutOf('demo', keyOf('ana@example.test')),
      JSON.stringify({ at: 1 }),
      undefined,
    );

    await world.run();

    expect(await known('ana@example.test')).toEqual({ at: 1, told: true });
  });

  it('that cannot be read stop nothing else of the store', async () => {
    const { world } = openShop([]);
    const failure = { kind: 'retry', code: 'api-off', message: 'Switch it on.' } as const;
    world.change = { optOutsOf: () => ({ optOuts: async () => failed(failure) }) };

    await world.run();

    expect(world.asked.some((call) => call.startsWith('list order'))).toBe(true);
    expect(JSON.stringify(world.lines)).toContain('opt-outs');
  });

  it('are not asked for of a store that says nothing of the plugin', async () => {
    const { world, asked } = openShop(people(3));
    world.stores = world.stores.map(({ followUpEmails: _followUpEmails, ...store }) => store);

    await world.run();

    expect(asked).toEqual([]);
  });
});
