import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { failed, succeeded } from '../../../lib/core/ledger/failure.ts';
import { createMauticContacts } from '../../../lib/mautic/contacts/contacts.ts';
import { createMauticSegmentList } from '../../../lib/mautic/effects/segment-list.ts';
import { createMauticSegments } from '../../../lib/mautic/effects/segments.ts';
import { type ListParts, moveLists } from '../../../lib/pipeline/takeover/lists.ts';
import { instance, must, simulatedMautic } from '../../mautic/support.ts';
import { openFue } from '../../support/follow-up-emails.ts';
import { keyOf, openWorkshop } from '../../support/workshop.ts';

const at = (name: string) => `${name}@example.test`;

/** A newsletter of two lists; Cem opted out, Dua was erased, Eli is ignored, Ana is a contact already. */
async function open() {
  const { mautic, http } = await simulatedMautic();
  const { client } = instance({ url: mautic.url, http });
  const { site, api } = await openFue();
  const contacts = createMauticContacts(client);
  must(
    (
      await contacts.create([
        { email: at('ana'), fields: { firstname: 'Anna' }, addTags: [], removeTags: [] },
      ])
    )[0] ?? failed(LOST),
  );
  site.addList('News', '1');
  site.addList('Insiders');
  await api.addSubscribers({
    emails: [at('ana'), at('bea'), at('cem')],
    lists: ['News'],
    firstName: 'Subscriber',
  });
  await api.addSubscribers({ emails: [at('dua'), at('eli')], lists: ['News', 'Insiders'] });
  site.optOut(at('cem'));
  const shop = openWorkshop();
  await shop.order({ id: 1, email: at('dua') });
  await shop.ledger.erase(keyOf(at('dua')), shop.clock.now());
  const parts: ListParts = {
    store: { id: 'demo' },
    policy: { ignore: [at('eli')] },
    old: api,
    mautic: contacts,
    segments: { ...createMauticSegmentList(client), ...createMauticSegments(client) },
    contacts: shop.ledger,
    registers: shop.ledger,
  };
  /** Segment → who is in it. */
  async function members(): Promise<Readonly<Record<string, readonly string[]>>> {
    const found: Record<string, string[]> = {};
    for (const { id, email } of must(await contacts.findAll(['ana', 'bea', 'cem', 'dua', 'eli'].map(at)))) {
      const answer = must(await client.call({ method: 'GET', path: `/api/contacts/${String(id)}/segments` }));
      const { lists } = v.parse(v.object({ lists: Lists }), answer.body);
      for (const { name } of Object.values(lists))
        found[name] = [...(found[name] ?? []), email.split('@')[0] ?? ''];
    }
    return found;
  }
  const segments = createMauticSegments(client);
  const leave = (segment: number, ids: readonly number[]) => segments.remove(segment, ids);
  return { parts, contacts, members, leave };
}

const Lists = v.union([v.record(v.string(), v.object({ name: v.string() })), v.array(v.never())]);
const LOST = { kind: 'unknown', code: 'timeout', message: 'Mautic did not answer.' } as const;

describe('the lists of a newsletter', () => {
  it('are only told in a dry run: how many people, and who is left out', async () => {
    const { parts, members } = await open();

    expect(await moveLists(parts, { dryRun: true })).toEqual([
      { list: 'News', segment: 'News (fue:demo)', people: 2, leftOut: 3, isPublic: true, isMoved: false },
      {
        list: 'Insiders',
        segment: 'Insiders (fue:demo)',
        people: 0,
        leftOut: 2,
        isPublic: false,
        isMoved: false,
      },
    ]);
    expect(await members()).toEqual({});
  });

  it('become segments with everybody who may be written to, and what Mautic knows of them stays', async () => {
    const { parts, members, contacts } = await open();

    await moveLists(parts, { dryRun: false });

    expect(await members()).toEqual({ 'News (fue:demo)': ['ana', 'bea'] });
    const [ana, bea] = must(await contacts.findAll([at('ana'), at('bea')]));
    expect(ana?.fields).toMatchObject({ firstname: 'Anna' });
    expect(bea?.fields).toMatchObject({ firstname: 'Subscriber' });
  });

  it('are moved once: who has left a segment since is not put back', async () => {
    const { parts, members, leave } = await open();
    await moveLists(parts, { dryRun: false });
    const [bea] = must(await parts.mautic.findAll([at('bea')]));
    const id = must(await parts.segments.names()).get('News (fue:demo)') ?? 0;
    must(await leave(id, [bea?.id ?? 0]));

    const [news] = await moveLists(parts, { dryRun: false });

    expect(news?.isMoved).toBe(true);
    expect(await members()).toEqual({ 'News (fue:demo)': ['ana'] });
  });

  it('have everybody, also who slipped from one page to another while they were read', async () => {
    const { parts } = await open();
    let reads = 0;
    const old: typeof parts.old = {
      ...parts.old,
      // Two on a page; somebody on the first of them left before the second was asked for.
      subscribers: async ({ page }) => {
        const whole = await parts.old.subscribers({ page: 1 });
        if (!whole.ok) return whole;
        reads += page === 1 ? 1 : 0;
        const from = (page - 1) * 2 + (page > 1 && reads === 1 ? 1 : 0);
        const items = whole.value.items.slice(from, from + 2);
        return succeeded({ items, last: items.length < 2 });
      },
    };

    const [news] = await moveLists({ ...parts, old }, { dryRun: true });

    expect([news?.people, news?.leftOut]).toEqual([2, 3]);
  });

  it('go on after an answer that never came, in the same segment', async () => {
    const { parts, members } = await open();
    const { segments } = parts;
    const dying = { ...parts, segments: { ...segments, add: async () => failed(LOST) } };

    await expect(moveLists(dying, { dryRun: false })).rejects.toThrow('Mautic did not answer.');
    await moveLists(parts, { dryRun: false });

    expect(await members()).toEqual({ 'News (fue:demo)': ['ana', 'bea'] });
    expect([...must(await segments.names()).keys()].filter((name) => name.startsWith('News'))).toHaveLength(
      1,
    );
  });
});
