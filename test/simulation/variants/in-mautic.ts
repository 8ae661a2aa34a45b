import type { ContactWrite } from '../../../lib/core/contact/contact-write.ts';
import { succeeded } from '../../../lib/core/ledger/failure.ts';
import type { MauticContact, MauticContacts } from '../../../lib/core/ports/mautic.ts';
import type { Variant } from '../variant.ts';

const SPENT = 'mautic_woo_total_spent';

/** Mistakes about what Mautic is. */
export const IN_MAUTIC: readonly Variant[] = [
  {
    name: 'does-not-look-for-notes-in-doubt',
    syncParts: (parts) => ({ ...parts, notes: { ...parts.notes, has: async () => succeeded(false) } }),
  },
  { name: 'adds-totals-up', contacts: addingUp },
  {
    name: 'sends-zero-as-zero',
    contacts: (mautic) =>
      withWrites(mautic, (write) => ({
        ...write,
        fields: Object.fromEntries(
          Object.entries(write.fields).map(([alias, value]) => [
            alias,
            value === null && alias.startsWith('mautic_woo_') && !alias.endsWith('data') ? '0' : value,
          ]),
        ),
      })),
  },
  {
    name: 'never-takes-tags-away',
    contacts: (mautic) => withWrites(mautic, (write) => ({ ...write, removeTags: [] })),
  },
  { name: 'trusts-a-remembered-id', contacts: trustingIds },
  {
    name: 'takes-a-renamed-contact-for-a-deleted-one',
    contacts: (mautic) => ({
      ...remembering(mautic),
      holders: async (ids) => {
        const answer = await mautic.holders(ids);
        if (!answer.ok) return answer;
        return succeeded(new Map([...answer.value].filter(([id, { email }]) => email === MADE_WITH.get(id))));
      },
      heir: async () => succeeded(undefined),
    }),
  },
  {
    name: 'forgets-that-a-write-is-in-doubt',
    contacts: (mautic) => ({
      ...remembering(mautic),
      edit: async (items) =>
        (await mautic.edit(items)).map((outcome, index) => {
          const item = items[index];
          const inDoubt = !outcome.ok && outcome.failure.kind === 'unknown';
          return inDoubt && item ? succeeded(answerTo(item.id, item)) : outcome;
        }),
    }),
  },
];

/** Increments instead of recomputing: what was written is taken for what is there. */
function addingUp(mautic: MauticContacts): MauticContacts {
  const totals = new Map<number, number>();
  return {
    ...mautic,
    edit: (items) =>
      mautic.edit(
        items.map((item) => {
          const spent = item.fields[SPENT];
          if (typeof spent !== 'string') return item;
          const total = (totals.get(item.id) ?? 0) + Number(spent);
          totals.set(item.id, total);
          return { ...item, fields: { ...item.fields, [SPENT]: total.toFixed(2) } };
        }),
      ),
  };
}

/** Keeps in mind which address a contact was made with. */
function remembering(mautic: MauticContacts): MauticContacts {
  return {
    ...mautic,
    create: async (items) => {
      const answers = await mautic.create(items);
      for (const [index, answer] of answers.entries())
        if (answer.ok) MADE_WITH.set(answer.value.id, items[index]?.email ?? '');
      return answers;
    },
  };
}

/** Answers always carry the address the contact had when it was made. */
function trustingIds(mautic: MauticContacts): MauticContacts {
  return {
    ...remembering(mautic),
    holders: made,
    edit: async (items) =>
      (await mautic.edit(items)).map((answer) =>
        answer.ok
          ? succeeded({ ...answer.value, email: MADE_WITH.get(answer.value.id) ?? answer.value.email })
          : answer,
      ),
  };
}

/** Everybody as they were made, without a look. */
async function made(ids: readonly number[]): ReturnType<MauticContacts['holders']> {
  return succeeded(new Map(ids.map((id) => [id, answerTo(id, { fields: {}, addTags: [], removeTags: [] })])));
}

/** Ids begin anew with each world, and are made before they are edited. */
const MADE_WITH = new Map<number, string>();

function withWrites(
  mautic: MauticContacts,
  change: <Write extends ContactWrite>(write: Write) => Write,
): MauticContacts {
  return {
    ...mautic,
    create: (items) => mautic.create(items.map(change)),
    edit: (items) => mautic.edit(items.map(change)),
  };
}

function answerTo(id: number, { fields }: ContactWrite): MauticContact {
  return { id, email: MADE_WITH.get(id) ?? '', fields, tags: [] };
}
