import * as v from 'valibot';
import { failed, type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import { NOT_THERE } from './classify.ts';
import type { PluginClient } from './client.ts';
import { Id, LocalTime, Text } from './fields.ts';
import { optional } from './optional.ts';
import { type Page, type Paging, pageOf } from './paging.ts';

const List = v.union([
  v.pipe(
    v.object({ id: Id, list_name: v.string(), access: v.fallback(v.union([v.string(), v.number()]), '0') }),
    v.transform(({ id, list_name, access }) => ({
      id: id as string | undefined,
      name: list_name,
      isPublic: String(access) === '1',
    })),
  ),
  // The maker's page shows names alone; the store answers objects (`newsletter-lists`).
  v.pipe(
    v.string(),
    v.transform((name) => ({ id: undefined as string | undefined, name, isPublic: false })),
  ),
]);
type NewsletterList = v.InferOutput<typeof List>;

const SubscriberFields = v.object({
  id: Id,
  email: v.string(),
  first_name: Text,
  last_name: Text,
  date_added: LocalTime,
  lists: v.fallback(v.array(v.object({ id: Id, name: v.string() })), []),
  /** Of the maker's page; no store answers it. */
  email_list: v.fallback(v.optional(v.string()), undefined),
});

const Subscriber = v.pipe(
  SubscriberFields,
  v.transform(({ id, email, first_name, last_name, date_added, lists, email_list }) => ({
    id,
    email,
    firstName: first_name,
    lastName: last_name,
    /** The store's local time. */
    addedLocal: date_added,
    lists: lists.length === 0 && email_list !== undefined ? [email_list] : lists.map(({ name }) => name),
  })),
);
type Subscriber = v.InferOutput<typeof Subscriber>;

const Row = v.pipe(
  v.object({ subscriber: Subscriber }),
  v.transform(({ subscriber }) => subscriber),
);
const MaybeRow = v.pipe(
  v.object({ subscriber: v.nullable(Subscriber) }),
  v.transform(({ subscriber }) => subscriber ?? undefined),
);

interface NewSubscribers {
  readonly emails: readonly string[];
  /** Names or ids; lists that are not there are made. */
  readonly lists: readonly string[];
  readonly firstName?: string;
  readonly lastName?: string;
}

interface SubscriberChange {
  /** Names change only together with the address (`subscribers-edit-name`). */
  readonly email?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly lists?: readonly string[];
}

/** Everything below `/newsletter`. */
export interface NewsletterApi {
  /** Paths below `/newsletter`. */
  newsletterRoutes(): Promise<Outcome<readonly string[]>>;
  lists(): Promise<Outcome<readonly NewsletterList[]>>;
  /** Sorted by address: a new one may be on any page. `list` is a name. */
  subscribers(question: Paging & { readonly list?: string }): Promise<Outcome<Page<Subscriber>>>;
  subscriber(id: string): Promise<Outcome<Subscriber | undefined>>;
  addSubscribers(subscribers: NewSubscribers): Promise<Outcome<readonly Subscriber[]>>;
  changeSubscriber(id: string, change: SubscriberChange): Promise<Outcome<Subscriber>>;
  /** Puts the address on the list of opt-outs as well. */
  deleteSubscriber(id: string): Promise<Outcome<void>>;
}

export function newsletterOf(client: PluginClient): NewsletterApi {
  return {
    newsletterRoutes: () => client.read({ method: 'GET', path: '/newsletter' }, Routes),
    lists: () => client.read({ method: 'GET', path: '/newsletter/lists' }, Lists),
    subscribers: ({ page, limit, list }) =>
      pageOf(client, {
        path: SUBSCRIBERS,
        filter: list === undefined ? {} : { list },
        paging: { page, ...(limit !== undefined && { limit }) },
        rows: v.array(v.unknown()),
        row: Row,
      }),
    subscriber: (id) => client.read({ method: 'GET', path: `${SUBSCRIBERS}/${id}` }, MaybeRow),
    addSubscribers: (subscribers) =>
      client.read({ method: 'POST', path: SUBSCRIBERS, body: newBody(subscribers) }, Added),
    changeSubscriber: async (id, change) => {
      const path = `${SUBSCRIBERS}/${id}`;
      const changed = await client.read({ method: 'POST', path, body: changeBody(change) }, MaybeRow);
      if (!changed.ok) return changed;
      const message = `POST ${path}: Follow-Up Emails has no such subscriber.`;
      return changed.value === undefined
        ? failed({ kind: 'park', code: NOT_THERE, message })
        : succeeded(changed.value);
    },
    deleteSubscriber: async (id) =>
      optional(await client.read({ method: 'DELETE', path: `${SUBSCRIBERS}/${id}` }, Deleted)),
  };
}

const SUBSCRIBERS = '/newsletter/subscribers';
const Lists = v.pipe(
  v.object({ lists: v.array(List) }),
  v.transform(({ lists }) => lists),
);
const Routes = v.pipe(
  v.object({ routes: v.record(v.string(), v.unknown()) }),
  v.transform(({ routes }) => Object.keys(routes)),
);
const Added = v.pipe(
  v.object({ subscribers: v.array(Subscriber) }),
  v.transform(({ subscribers }) => subscribers),
);
const Deleted = v.pipe(
  v.looseObject({}),
  v.transform(() => undefined),
);

function newBody({ emails, lists, firstName, lastName }: NewSubscribers): object {
  return {
    email: emails.join(','),
    ...(lists.length === 0 ? {} : { list: lists }),
    ...named(firstName, lastName),
  };
}

/** A list is fatal here, and `list`, as the maker's page says, is ignored (`subscribers-edit-lists`, `-array`, `-list`). */
function changeBody({ email, firstName, lastName, lists }: SubscriberChange): object {
  return {
    ...(email === undefined ? {} : { email }),
    ...(lists === undefined ? {} : { lists: lists.join(',') }),
    ...named(firstName, lastName),
  };
}

function named(firstName: string | undefined, lastName: string | undefined): object {
  return {
    ...(firstName === undefined ? {} : { first_name: firstName }),
    ...(lastName === undefined ? {} : { last_name: lastName }),
  };
}
