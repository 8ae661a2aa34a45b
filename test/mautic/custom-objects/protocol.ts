import type { CustomObjects } from '../../../lib/mautic/custom-objects/custom-objects.ts';
import type { MauticSimulator } from '../../../lib/simulators/mautic/simulator.ts';
import { failureOf, must } from '../support.ts';

/** A simulated Mautic with the object of the seed, a client, and what the client has sent. */
export interface Stage {
  readonly objects: CustomObjects;
  readonly mautic: MauticSimulator;
  /** Method, path with query, and payload of each call. */
  readonly sent: readonly { readonly method: string; readonly path: string; readonly body: unknown }[];
}

/**
 * One thing the seed (Custom Objects plugin, "Create/Update custom items together with contact") describes, what the
 * bridge does with it, and what shows that: `pipeline` is used for every order, `client` can be called and read,
 * `refused` is left alone for a reason.
 */
interface Row {
  readonly what: string;
  readonly use: 'pipeline' | 'client' | 'refused';
  readonly why?: string;
  /** Resolves to what is expected to be true. */
  readonly shows: (stage: Stage) => Promise<boolean>;
}

const VALUES = {
  website: { as: 'url', value: 'https://mautic.org' },
  'in-stock': { as: 'integer', value: 45 },
  multi: { as: 'list', value: ['yellow', 'blue'] },
  sku: { as: 'text', value: '2348720' },
  color: { as: 'text', value: 'brown' },
} as const;
const ITEM = { object: 'products', name: 'Hello From API2', attributes: VALUES } as const;
const EMAIL = 'john@example.com';
const JOHN = { email: EMAIL, fields: { firstname: 'John' }, items: [ITEM] } as const;

function lastPayload({ sent }: Stage): unknown {
  const body = sent.at(-1)?.body;
  return Array.isArray(body) ? body[0] : body;
}

function lastPath({ sent }: Stage): string {
  const { method, path } = sent.at(-1) ?? { method: '', path: '' };
  return `${method} ${path}`;
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Nobody and nothing was saved. */
function isEmpty({ mautic }: Stage): boolean {
  return mautic.contacts().length === 0 && mautic.customItems().length === 0;
}

async function firstItem({ objects }: Stage) {
  const { contact, objects: found } = must(await objects.create(JOHN));
  return { id: contact.id, object: found?.[0], item: found?.[0]?.data[0] };
}

/** Endpoints, shapes and errors of the seed, in its order. */
export const SEED: readonly Row[] = [
  {
    what: 'POST api/contacts/new',
    use: 'client',
    why: 'a batch of one says why an item was refused, a single call is an opaque 500',
    shows: async (stage) => {
      await stage.objects.create(JOHN);
      return lastPath(stage) === 'POST /api/contacts/new?includeCustomObjects=true';
    },
  },
  {
    what: 'POST api/contacts/batch/new',
    use: 'client',
    shows: async (stage) => {
      const [one, two] = await stage.objects.createAll([JOHN, { email: 'b@example.com', items: [] }]);
      return (
        lastPath(stage) === 'POST /api/contacts/batch/new?includeCustomObjects=true' &&
        must(one).objects?.length === 1 &&
        must(two).objects === undefined
      );
    },
  },
  {
    what: 'PATCH api/contacts/[contact_id]/edit',
    use: 'client',
    shows: async (stage) => {
      const { id } = await firstItem(stage);
      await stage.objects.edit({ id, items: [ITEM] });
      return lastPath(stage) === `PATCH /api/contacts/${String(id)}/edit?includeCustomObjects=true`;
    },
  },
  {
    what: 'PUT api/contacts/[contact_id]/edit',
    use: 'refused',
    why: 'it blanks every field of the contact that is not sent (recording 125)',
    shows: async (stage) => {
      const { id } = await firstItem(stage);
      await stage.objects.edit({ id, items: [] });
      await stage.objects.editAll([{ id, items: [] }]);
      return stage.sent.every(({ method }) => method !== 'PUT');
    },
  },
  {
    what: 'PATCH api/contacts/batch/edit (not in the seed; recordings 320 and 554)',
    use: 'pipeline',
    shows: async (stage) => {
      const { id } = await firstItem(stage);
      const [written] = await stage.objects.editAll([{ id, items: [{ ...ITEM, name: 'Second' }] }]);
      return (
        lastPath(stage) === 'PATCH /api/contacts/batch/edit?includeCustomObjects=true' &&
        must(written).objects?.[0]?.data.length === 2
      );
    },
  },
  {
    what: 'the shape of the request: customObjects.data[] with data[] of name and attributes',
    use: 'pipeline',
    shows: async (stage) => {
      await stage.objects.create(JOHN);
      return isEqual(lastPayload(stage), {
        firstname: 'John',
        customObjects: {
          data: [
            {
              alias: 'products',
              data: [
                {
                  name: 'Hello From API2',
                  attributes: {
                    website: 'https://mautic.org',
                    'in-stock': 45,
                    multi: ['yellow', 'blue'],
                    sku: '2348720',
                    color: 'brown',
                  },
                },
              ],
            },
          ],
        },
        email: EMAIL,
      });
    },
  },
  {
    what: 'an object by its alias or by its id',
    use: 'pipeline',
    shows: async (stage) => {
      await stage.objects.create({ email: EMAIL, items: [ITEM, { ...ITEM, object: 1 }] });
      return stage.mautic.customItems().every(({ object }) => object === 'products');
    },
  },
  {
    what: 'an item without id is inserted',
    use: 'pipeline',
    why: 'with a unique field it is an upsert, which the pipeline relies on (recordings 541, 542)',
    shows: async (stage) => {
      await stage.objects.create(JOHN);
      await stage.objects.create(JOHN);
      return stage.mautic.customItems().length === 2;
    },
  },
  {
    what: 'an item with id is updated, and keeps what is not sent',
    use: 'client',
    why: 'after a crash nobody could tell the id of an item (recording 545)',
    shows: async (stage) => {
      const { id, item } = await firstItem(stage);
      const attributes = { color: { as: 'text', value: 'red' } } as const;
      await stage.objects.edit({ id, items: [{ ...ITEM, id: item?.id ?? 0, attributes }] });
      const [only, ...others] = stage.mautic.customItems();
      return (
        others.length === 0 && only?.attributes['color'] === 'red' && only.attributes['sku'] === '2348720'
      );
    },
  },
  {
    what: 'includeCustomObjects=true, without which nothing comes back',
    use: 'pipeline',
    why: 'every write asks, because its absence shows that there is no plugin (recording 331)',
    shows: async (stage) => {
      const { id } = await firstItem(stage);
      await stage.objects.editAll([{ id, items: [] }]);
      await stage.objects.read(id);
      return stage.sent.every(({ path }) => path.endsWith('?includeCustomObjects=true'));
    },
  },
  {
    what: 'the shape of the response: items with dates, authors and attributes by alias',
    use: 'client',
    shows: async (stage) => {
      const { item } = await firstItem(stage);
      return (
        item?.id === 1 &&
        item.name === 'Hello From API2' &&
        item.isPublished &&
        item.language === null &&
        item.category === null &&
        item.createdBy === null &&
        item.modifiedBy === null &&
        /^\d{4}-\d\d-\d\dT[\d:]{8}\+00:00$/.test(item.dateAdded ?? '') &&
        item.dateModified === item.dateAdded &&
        isEqual(item.attributes['multi'], ['yellow', 'blue']) &&
        item.attributes['in-stock'] === 45
      );
    },
  },
  {
    what: 'meta: page number, page size and sort of each collection',
    use: 'client',
    why: 'Mautic answers ten and not fifty, and no other page can be asked for (recording 545)',
    shows: async (stage) => {
      const { object } = await firstItem(stage);
      return isEqual(object?.meta, { page: { number: 1, size: 10 }, sort: '-dateAdded' });
    },
  },
  {
    what: 'error 400: an object that does not exist, and nothing is saved',
    use: 'pipeline',
    shows: async (stage) => {
      const failure = failureOf(
        await stage.objects.create({ email: EMAIL, items: [{ ...ITEM, object: 'invoice' }] }),
      );
      return failure.kind === 'repair' && failure.code === 'no-custom-object' && isEmpty(stage);
    },
  },
  {
    what: 'error 400: a field that does not exist, and nothing is saved',
    use: 'pipeline',
    shows: async (stage) => {
      const attributes = { in_stock: { as: 'integer', value: 1 } } as const;
      const failure = failureOf(
        await stage.objects.create({ email: EMAIL, items: [ITEM, { ...ITEM, attributes }] }),
      );
      return failure.kind === 'repair' && 'in_stock' in failure.rejected && isEmpty(stage);
    },
  },
  {
    what: 'error 400: an item id that does not exist, and nothing is saved',
    use: 'client',
    shows: async (stage) => {
      const failure = failureOf(await stage.objects.create({ email: EMAIL, items: [{ ...ITEM, id: 23 }] }));
      return failure.kind === 'repair' && failure.code === 'no-custom-item' && isEmpty(stage);
    },
  },
];
