import { describe, expect, it } from 'vitest';
import { succeeded } from '../../../lib/core/ledger/failure.ts';
import type { TakeoverParts } from '../../../lib/pipeline/takeover/parts.ts';
import { takeOver } from '../../../lib/pipeline/takeover/take-over.ts';
import { type Fuse, mortal } from '../../support/mortal.ts';
import { keyOf, MINUTE } from '../../support/workshop.ts';
import { DAY, ended, openShop, PEOPLE, RIGHT, sentIn } from './support.ts';

describe('a takeover', () => {
  it('leaves each e-mail to be sent once, by one of the two, at its time', async () => {
    const opened = await openShop();
    await takeOver(opened.parts);

    expect((await ended(opened)).emails).toEqual(['Review archived', 'Back archived', 'News active']);
    expect(await sentIn(opened)).toEqual(RIGHT);
  });

  it('holds each item there for longer than a send can take before it is deleted', async () => {
    const opened = await openShop();
    const start = opened.shop.clock.now();
    await takeOver(opened.parts);

    expect(opened.shop.clock.now() - start).toBeGreaterThanOrEqual(6 * MINUTE);
    expect(opened.lines.filter(({ deleted }) => deleted)).toHaveLength(9);
    expect(JSON.stringify(opened.lines)).not.toContain('@');
  });

  it('has contacts looked at at once, though something else of them is due in months', async () => {
    const { parts, shop } = await openShop();
    const [, second = ''] = PEOPLE;
    await parts.bringIn(['2']);
    const { wanted } = shop.profile(second);
    await shop.ledger.settle(keyOf(second), wanted, { nextDue: shop.clock.now() + 90 * DAY });

    await takeOver(parts);

    const { due = 0, synced } = shop.profile(second);
    expect(synced).toBe(wanted);
    expect(due).toBeLessThanOrEqual(shop.clock.now());
  });

  it('has contacts looked at, though the process died right after their item had become due here', async () => {
    const { parts, shop, back } = await openShop();
    const [, second = ''] = PEOPLE;
    await parts.bringIn(['2']);
    const { wanted } = shop.profile(second);
    await shop.ledger.settle(keyOf(second), wanted, { nextDue: shop.clock.now() + 90 * DAY });
    const last = `followup:fue-${back}`;
    const markEffect: typeof parts.things.markEffect = async (thing, effect, state) => {
      await parts.things.markEffect(thing, effect, state);
      if (thing.id === '2' && effect === last && state?.reason === 'migrated')
        throw new Error('the process was killed');
    };

    const dying = { load: parts.things.load, markEffect };
    await expect(takeOver({ ...parts, things: dying })).rejects.toThrow('killed');
    const { wanted: still } = shop.profile(second);
    await shop.ledger.settle(keyOf(second), still, { nextDue: shop.clock.now() + 90 * DAY });
    await takeOver(parts);

    expect(shop.profile(second).due).toBeLessThanOrEqual(shop.clock.now());
  });

  it('leaves what the shop itself had held where it is, and sends it here as little as there', async () => {
    const opened = await openShop();
    const { parts, site, shop, review, lines } = opened;
    const item = [...site.records.items.values()].find(
      ({ emailId, isSent }) => emailId === review && !isSent,
    );
    if (item) item.status = 0;

    await takeOver(parts);
    await takeOver(parts);

    expect(lines.filter(({ what, id }) => what === 'item' && id === String(item?.id))).toEqual([
      { what: 'item', id: String(item?.id), outcome: 'stays there: the shop itself had held it' },
    ]);
    expect(await shop.effects(2)).toMatchObject({
      [`followup:fue-${review}`]: { state: 'skipped', reason: 'held-there' },
    });
    const sent = await sentIn(opened);
    expect(sent['review bea']).toBeUndefined();
    expect({ ...sent, 'review bea': 'here' }).toEqual(RIGHT);
  });

  it('names an item that has no time, and leaves it', async () => {
    const { parts, site, review, lines } = await openShop();
    const item = [...site.records.items.values()].find(
      ({ emailId, isSent }) => emailId === review && !isSent,
    );
    const old: typeof parts.old = {
      ...parts.old,
      queue: async (question) => {
        const page = await parts.old.queue(question);
        if (!page.ok) return page;
        const items = page.value.items.map((one) =>
          one.id === String(item?.id) ? { ...one, scheduledLocal: undefined } : one,
        );
        return succeeded({ ...page.value, items });
      },
    };

    await takeOver({ ...parts, old });

    expect(lines.filter(({ what, id }) => what === 'item' && id === String(item?.id))).toEqual([
      {
        what: 'item',
        id: String(item?.id),
        outcome: 'stays there and is not sent: it does not say when it was to go out',
      },
    ]);
  });

  it('finds what slipped from one page to another while it was read', async () => {
    const opened = await openShop();
    const { parts } = opened;
    let reads = 0;
    const old: typeof parts.old = {
      ...parts.old,
      // Two on a page; the first of them was deleted by an opt-out before the second page was asked for.
      queue: async ({ page, ...question }) => {
        const whole = await parts.old.queue({ page: 1, ...question });
        if (!whole.ok || question.held !== undefined) return whole;
        reads += page === 1 ? 1 : 0;
        const from = (page - 1) * 2 + (page > 1 && reads % 2 === 1 ? 1 : 0);
        const items = whole.value.items.slice(from, from + 2);
        return succeeded({ items, last: items.length < 2 });
      },
    };

    await takeOver({ ...parts, old });

    expect(await sentIn(opened)).toEqual(RIGHT);
  });

  it('moves everything but what stands on orders that cannot be read now, and that when it is run again', async () => {
    const opened = await openShop();
    const { parts, lines } = opened;
    const failure = { kind: 'retry', code: 'server-error', message: 'The store fails at it.' } as const;
    const bringIn: typeof parts.bringIn = async (ids) => {
      await parts.bringIn(ids.filter((id) => id !== '3'));
      return { unread: new Set(ids.filter((id) => id === '3')), failure };
    };

    await expect(takeOver({ ...parts, bringIn })).rejects.toThrow(
      /^1 order of the queue could not be read; .*The store fails at it\.$/,
    );
    expect(lines.filter(({ deleted }) => deleted)).toHaveLength(7);
    expect(lines.filter(({ outcome }) => outcome.includes('until its order can be read'))).toHaveLength(2);
    await takeOver(parts);

    expect(await sentIn(opened)).toEqual(RIGHT);
  });

  it('changes nothing when it is run again', async () => {
    const opened = await openShop();
    await takeOver(opened.parts);
    const before = await ended(opened);
    opened.lines.length = 0;

    await takeOver(opened.parts);

    expect(await ended(opened)).toEqual(before);
    expect(opened.lines.filter(({ what }) => what === 'item')).toEqual([]);
  });

  it('takes what is sent there at the same moment for sent', async () => {
    const opened = await openShop();
    const { site, shop, parts } = opened;
    const [first] = [...site.records.items.values()].filter(
      ({ isSent, emailId }) => !isSent && emailId === opened.review,
    );
    const id = first?.id ?? 0;
    const old: TakeoverParts['old'] = {
      ...parts.old,
      changeQueueItem: async (item, change) => {
        if (item === String(id)) site.scheduler.begin(id);
        return parts.old.changeQueueItem(item, change);
      },
    };
    // It was begun before its e-mail was archived.
    const email = site.records.emails.get(Number(opened.review));
    const clock = {
      ...parts.clock,
      sleep: async (ms: number) => {
        site.scheduler.leave(id);
        site.scheduler.finish(id);
        await parts.clock.sleep(ms);
      },
    };
    const changeEmail: typeof old.changeEmail = async (emailId, change) => {
      if (emailId === opened.review && email) site.scheduler.begin(id);
      return parts.old.changeEmail(emailId, change);
    };
    await takeOver({ ...parts, old: { ...old, changeEmail }, clock });

    expect(await shop.effects(2)).toMatchObject({ [`followup:fue-${opened.review}`]: { state: 'done' } });
    expect(await sentIn(opened)).toMatchObject({ 'review bea': 'there' });
  });

  it('moves what became due after its own e-mail was archived, though the others were days later', async () => {
    const opened = await openShop();
    const { parts, back } = opened;
    const old: TakeoverParts['old'] = {
      ...parts.old,
      changeEmail: async (id, change) => {
        if (id === back) throw new Error('the process was killed');
        return parts.old.changeEmail(id, change);
      },
    };
    await expect(takeOver({ ...parts, old })).rejects.toThrow('killed');
    await parts.clock.sleep(3 * DAY);

    await takeOver(parts);

    expect(await sentIn(opened)).toEqual(RIGHT);
  });

  it('parks what was past its time and unsent: nobody can tell whether it left', async () => {
    const opened = await openShop();
    const { site, shop } = opened;
    const item = [...site.records.items.values()].find(
      ({ emailId, isSent }) => emailId === opened.review && !isSent,
    );
    while (item && site.records.instant(item.sendOn) > shop.clock.now()) shop.forward(60 * MINUTE);
    // The process is killed between the mail and its note.
    if (item) site.scheduler.begin(item.id);
    if (item) site.scheduler.leave(item.id);
    await takeOver(opened.parts);

    expect(await shop.effects(2)).toMatchObject({
      [`followup:fue-${opened.review}`]: { state: 'parked', reason: 'unsent-but-past-its-time' },
    });
    expect(await sentIn(opened)).toMatchObject({ 'review bea': 'there' });
  });

  it('interrupted at every step and run again ends the same, with no mail by both and none by neither', async () => {
    const whole = await openShop();
    await takeOver(whole.parts);
    const expected = await ended(whole);
    let steps = 1;
    for (; steps < 600; steps += 1 + Math.floor(steps / 20)) {
      const opened = await openShop();
      const fuse: Fuse = { left: steps };
      const { parts } = opened;
      const dying: TakeoverParts = {
        ...parts,
        old: mortal(parts.old, fuse),
        things: mortal(parts.things, fuse),
        contacts: mortal(parts.contacts, fuse),
        registers: mortal(parts.registers, fuse),
      };
      const died = await takeOver(dying).then(
        () => false,
        () => true,
      );
      if (!died) break;
      await takeOver(parts);

      expect(await ended(opened), `killed at step ${String(steps)}`).toEqual(expected);
      const sent = steps % 5 === 0 ? await sentIn(opened) : RIGHT;
      expect(sent, `killed at step ${String(steps)}`).toEqual(RIGHT);
    }
    expect(steps).toBeGreaterThan(60);
  }, 300_000);
});
