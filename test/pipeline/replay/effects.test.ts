import { describe, expect, it } from 'vitest';
import type { Policy } from '../../../lib/core/policy/policy.ts';
import type { Contacts, Things } from '../../../lib/core/ports/ledger.ts';
import type { MauticEmails, MauticNotes } from '../../../lib/core/ports/mautic.ts';
import type { Doorbell } from '../../../lib/core/ports/queues.ts';
import type { ReplayLine } from '../../../lib/pipeline/replay/parts.ts';
import { mortal } from '../../support/mortal.ts';
import { emailsThat, keyOf, MINUTE, notesThat, openWorkshop, type Workshop } from '../../support/workshop.ts';

const ANNA = 'anna@example.test';
const BEN = 'ben@example.test';
const NOTES: Partial<Policy> = { notes: ['processing'] };
const EMAILS: Partial<Policy> = { emails: { processing: { template: 7, transactional: true } } };
const ORDER = { store: 'demo', order: '1' };
const NOTE = 'note:processing';
const EMAIL = 'email:processing';

/** An order whose note or e-mail ended parked. */
async function parked(
  policy: Partial<Policy>,
  mautic: { notes?: MauticNotes; emails?: MauticEmails },
): Promise<Workshop> {
  const shop = openWorkshop(policy);
  const { notes, emails } = shop.world;
  Object.assign(shop.world, mautic);
  await shop.order({ id: 1, email: ANNA, createdAt: shop.clock.now() + MINUTE });
  await shop.settle();
  Object.assign(shop.world, { notes, emails });
  return shop;
}

async function effectIn(replay: Promise<readonly ReplayLine[]>): Promise<ReplayLine | undefined> {
  return (await replay).find(({ kind }) => kind === 'effect');
}

/** Mautic adds the note, but its answer never comes, nor can it be looked for. */
function lostNotes(added: { contactId: number; text: string }[]): MauticNotes {
  const hang = notesThat('hang');
  return {
    add: async (items) => {
      added.push(...items);
      return hang.add(items);
    },
    has: async () => ({ ok: false, failure: { kind: 'authorise', code: 'forbidden', message: 'No.' } }),
  };
}

describe('a parked note', () => {
  it('is looked for before it is added: one that is there is not added twice', async () => {
    const shop = openWorkshop(NOTES);
    const noteBook = shop.world.notes;
    shop.world.notes = lostNotes(shop.mautic.notes);
    await shop.order({ id: 1, createdAt: shop.clock.now() + MINUTE });
    await shop.settle();
    expect(await shop.effects()).toMatchObject({ [NOTE]: { state: 'parked' } });
    shop.world.notes = noteBook;
    expect(shop.mautic.notes).toHaveLength(1);

    const lines = await shop.replay(ORDER);
    await shop.settle();

    expect(lines.find(({ kind }) => kind === 'effect')).toMatchObject({
      kind: 'effect',
      what: `order/demo/1 ${NOTE}`,
      why: expect.stringMatching(/^parked \(look-up-failed\) at 2026-/),
      outcome: 'be looked for in Mautic, and added where it is missing',
      acts: true,
    });
    expect(shop.mautic.notes).toHaveLength(1);
    expect(await shop.effects()).toMatchObject({ [NOTE]: { state: 'done' } });
  });

  it.each(['refuse', 'hang'] as const)('is added when it is not there (Mautic had to %s it)', async (how) => {
    const shop = await parked(NOTES, { notes: notesThat(how) });
    expect(await shop.effects()).toMatchObject({ [NOTE]: { state: 'parked' } });

    await shop.replay(ORDER);
    await shop.settle();

    expect(shop.mautic.notes).toHaveLength(1);
    expect(await shop.effects()).toMatchObject({ [NOTE]: { state: 'done' } });
  });

  it('is looked for at the contact it was meant for, although its order went to another one', async () => {
    const shop = openWorkshop(NOTES);
    const noteBook = shop.world.notes;
    shop.world.notes = lostNotes(shop.mautic.notes);
    const createdAt = shop.clock.now() + MINUTE;
    await shop.order({ id: 1, email: ANNA, createdAt });
    await shop.settle();
    shop.world.notes = noteBook;
    await shop.order({ id: 1, email: BEN, createdAt });
    await shop.settle();

    await shop.replay(ORDER);
    await shop.settle();

    expect(shop.mautic.notes.map(({ contactId }) => contactId)).toEqual([shop.contact(ANNA).id]);
    expect(await shop.effects()).toMatchObject({ [NOTE]: { state: 'done' } });
  });

  it('stays parked when the policy asks for it no more', async () => {
    const shop = await parked(NOTES, { notes: notesThat('refuse') });
    shop.deploy({});

    const line = await effectIn(shop.replay(ORDER));

    expect(line).toMatchObject({ outcome: expect.stringMatching(/^stay parked/), acts: false });
    expect(await shop.effects()).toMatchObject({ [NOTE]: { state: 'parked' } });
  });
});

describe('a parked e-mail', () => {
  it('that Mautic refused is sent, once', async () => {
    const shop = await parked(EMAILS, { emails: emailsThat('refuse') });

    const line = await effectIn(shop.replay(ORDER));
    await shop.settle();
    await shop.replay(ORDER);
    await shop.settle();

    expect(line).toMatchObject({
      why: expect.stringMatching(/^parked \(mail-refused\)/),
      outcome: 'be sent',
    });
    expect(shop.mautic.sent).toHaveLength(1);
    expect(await shop.effects()).toMatchObject({ [EMAIL]: { state: 'done' } });
  });

  it('that may have been sent is not sent again', async () => {
    const shop = await parked(EMAILS, { emails: emailsThat('hang') });

    const lines = [...(await shop.replay(ORDER)), ...(await shop.replay({ all: true }))];
    await shop.settle();

    expect(lines.filter(({ kind }) => kind === 'effect')).toMatchObject([
      { why: expect.stringMatching(/^parked \(email-in-doubt\)/), acts: false },
      { outcome: 'stay parked: it may have been sent, and resending was not asked for', acts: false },
    ]);
    expect(shop.mautic.sent).toEqual([]);
    expect(await shop.effects()).toMatchObject({ [EMAIL]: { state: 'parked', reason: 'email-in-doubt' } });
  });

  it('that may have been sent is sent again when somebody asks for just that', async () => {
    const shop = await parked(EMAILS, { emails: emailsThat('hang') });

    const line = await effectIn(shop.replay(ORDER, { resend: true }));
    await shop.settle();

    expect(line).toMatchObject({
      outcome: 'be sent again, although it may have been sent before',
      acts: true,
    });
    expect(shop.mautic.sent).toHaveLength(1);
  });

  it('is not sent when the status of its order has passed', async () => {
    const shop = await parked(EMAILS, { emails: emailsThat('refuse') });
    await shop.order({ id: 1, email: ANNA, status: 'completed', createdAt: shop.clock.now() });
    await shop.settle();

    const line = await effectIn(shop.replay(ORDER, { resend: true }));
    await shop.settle();

    expect(line).toMatchObject({ outcome: 'stay parked: its order is completed now', acts: false });
    expect(shop.mautic.sent).toEqual([]);
  });

  it('is not sent for an order that is deleted, or whose person was erased', async () => {
    const shop = await parked(EMAILS, { emails: emailsThat('refuse') });
    await shop.order({ id: 1, email: 'deleted@site.invalid' });
    expect(await shop.replay(ORDER)).toMatchObject([
      { kind: 'order' },
      { outcome: 'stay parked: its order has no contact' },
    ]);

    await shop.deliver('demo', 'order.deleted', { id: 1 });

    expect(await effectIn(shop.replay(ORDER))).toMatchObject({
      outcome: 'stay parked: its order is deleted',
    });
  });

  it('is not sent for an order that turned out to be a part of another', async () => {
    const shop = await parked(EMAILS, { emails: emailsThat('refuse') });
    await shop.order({ id: 1, parentId: 7, createdAt: shop.clock.now() });
    await shop.settle();

    const line = await effectIn(shop.replay(ORDER, { resend: true }));
    await shop.settle();

    expect(line).toMatchObject({
      outcome: expect.stringMatching(/^stay parked: .* part of another/),
      acts: false,
    });
    expect(shop.mautic.sent).toEqual([]);
  });

  it('is sent although its rule was taken out of the policy for a while', async () => {
    const shop = await parked(EMAILS, { emails: emailsThat('refuse') });
    shop.deploy(NOTES);
    await shop.order({ id: 1, email: ANNA, total: '13.00', createdAt: shop.clock.now() });
    await shop.settle();
    shop.forward(60 * MINUTE);
    shop.deploy(EMAILS);

    await shop.replay(ORDER);
    await shop.settle();

    expect(shop.mautic.sent).toHaveLength(1);
  });

  it('is sent once by replays that run at once, and by one that comes late', async () => {
    const shop = await parked(EMAILS, { emails: emailsThat('refuse') });
    let late: () => void = () => undefined;
    const wait = new Promise<void>((resolve) => {
      late = resolve;
    });
    const things: Things = {
      ...shop.ledger,
      claimEffect: async (...claim) => {
        await wait;
        return shop.ledger.claimEffect(...claim);
      },
    };

    const lateReplay = shop.replay(ORDER, { things });
    await Promise.all([shop.replay(ORDER), shop.replay(ORDER)]);
    await shop.settle();
    expect(shop.mautic.sent).toHaveLength(1);
    late();
    await lateReplay;
    await shop.settle();

    expect(shop.mautic.sent).toHaveLength(1);
  });
});

describe('parked effects', () => {
  it.each([
    [{ all: true }, true],
    [{ error: 'mail-refused' }, true],
    [{ error: 'timeout' }, false],
    [{ store: 'demo', error: 'mail-refused' }, true],
    [{ store: 'other' }, false],
    [{ contact: keyOf(ANNA) }, true],
    [{ contact: keyOf(BEN) }, false],
    [{ store: 'demo', order: '1', error: 'mail-refused' }, true],
    [{ store: 'demo', order: '2' }, false],
    [{ until: Date.parse('2026-12-01T12:00:00Z') }, false],
  ])('are selected by %j: %s', async (selection, found) => {
    const shop = await parked(EMAILS, { emails: emailsThat('refuse') });

    const lines = await shop.replay(selection);
    await shop.settle();

    expect(lines.some(({ kind }) => kind === 'effect')).toBe(found);
    expect(shop.mautic.sent).toHaveLength(found ? 1 : 0);
  });

  it('are not touched by a dry run, which says the same', async () => {
    const shop = await parked(
      { ...EMAILS, ...NOTES },
      { emails: emailsThat('refuse'), notes: notesThat('refuse') },
    );
    const before = await shop.effects();

    const dry = await shop.replay({ all: true }, { dryRun: true });

    expect(await shop.effects()).toEqual(before);
    expect(await shop.replay({ all: true })).toEqual(dry);
    expect(dry.filter(({ kind }) => kind === 'effect')).toHaveLength(2);
  });
});

describe('a replay that is killed', () => {
  const STEPS = Array.from({ length: 32 }, (_, index) => index + 1);

  async function killed(shop: Workshop, steps: number): Promise<void> {
    const fuse = { left: steps };
    await shop
      .replay(ORDER, {
        things: mortal<Things>(shop.ledger, fuse),
        contacts: mortal<Contacts>(shop.ledger, fuse),
        doorbell: mortal<Doorbell>(shop.doorbell, fuse),
      })
      .catch(() => undefined);
    await shop.settle();
    await shop.replay(ORDER);
    await shop.settle();
  }

  it.each(STEPS)('at step %i adds a note once', async (steps) => {
    const shop = await parked(NOTES, { notes: notesThat('hang') });

    await killed(shop, steps);

    expect(shop.mautic.notes).toHaveLength(1);
  });

  it.each(STEPS)('at step %i sends an e-mail once, or leaves it parked in doubt', async (steps) => {
    const shop = await parked(EMAILS, { emails: emailsThat('refuse') });

    await killed(shop, steps);

    const { [EMAIL]: email } = await shop.effects();
    expect(shop.mautic.sent.length).toBe(email?.reason === 'email-in-doubt' ? 0 : 1);
  });
});
