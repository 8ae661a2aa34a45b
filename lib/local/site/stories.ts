import type { ContactKey } from '../../core/ledger/email.ts';
import type { OrderState } from '../../core/ledger/fold/order.ts';
import { type Ref, refName } from '../../core/ledger/snapshot.ts';
import type { Contacts, Things } from '../../core/ports/ledger.ts';
import type { Passage, Story } from '../../pipeline/explain/story.ts';
import type { Subject } from '../../pipeline/explain.ts';
import { type Place, placeOf } from './standing.ts';

/** One thing that happened to an order; epoch ms, absent where nobody knows when. */
interface Step {
  readonly at?: number;
  readonly text: string;
  readonly tone: 'good' | 'quiet' | 'waiting' | 'bad';
}

export interface OrderStory {
  readonly name: string;
  readonly title: string;
  readonly facts: readonly (readonly [string, string])[];
  readonly lines: readonly { readonly name: string; readonly quantity: number; readonly total: string }[];
  /** How it stands now, in a sentence. */
  readonly summary: string;
  readonly steps: readonly Step[];
  /** What a person must do. */
  readonly todo: readonly string[];
  /** Of its contact. */
  readonly contact?: string;
}

export interface ContactStory {
  readonly key: string;
  readonly email: string;
  readonly place: Place;
  readonly why?: string;
  readonly mauticId?: number;
  /** As Mautic holds it now; absent where it holds none. */
  readonly held?: { readonly fields: Readonly<Record<string, string>>; readonly tags: readonly string[] };
  /** Why Mautic could not be asked. */
  readonly unasked?: string;
  readonly segments: readonly number[];
  /** `<store>/<id>`. */
  readonly orders: readonly string[];
}

export type Ledger = Pick<Things, 'load'> & Pick<Contacts, 'profile' | 'dossier' | 'items'>;

interface Told {
  readonly ledger: Ledger;
  readonly explain: Explain;
}

/** The story of an order; `undefined` where the ledger knows none of this name. */
export async function orderStory(
  { ledger, explain }: Told,
  store: string,
  id: string,
): Promise<OrderStory | undefined> {
  const ref: Ref = { kind: 'order', store, id };
  const [entries, told] = await Promise.all([ledger.load([ref]), explain({ kind: 'order', ref })]);
  const entry = entries.get(refName(ref));
  if (entry?.state.type !== 'order') return undefined;
  const { state } = entry;
  const { data, contact } = state;
  return {
    name: `${store}/${id}`,
    title: `Order ${data?.number ?? id}`,
    facts: factsOf(state),
    lines: (data?.lines ?? []).map(({ name, quantity, total }) => ({ name, quantity, total })),
    summary: told?.summary ?? '',
    steps: (told?.passages ?? []).map(stepOf),
    todo: told?.todo ?? [],
    ...(contact !== undefined && { contact }),
  };
}

function factsOf({ data, email, refused }: OrderState): OrderStory['facts'] {
  if (!data) return [];
  const { status, total, refunded, currency, paymentMethod, coupons } = data;
  const facts: readonly (readonly [string, string])[] = [
    ['Status', status],
    ['Total', `${total} ${currency}`],
    ['Refunded', Number(refunded) === 0 ? '' : `${refunded} ${currency}`],
    ['Paid by', paymentMethod],
    ['Coupons', coupons.join(', ')],
    ['Buyer', email ?? (refused === undefined ? '' : `nobody: ${refused}`)],
  ];
  return facts.filter(([, value]) => value !== '');
}

const TONES: Readonly<Record<Passage['of'], Step['tone']>> = {
  shop: 'quiet',
  bridge: 'quiet',
  mautic: 'good',
  effect: 'good',
};

function stepOf({ at, of, isDue = false, says }: Passage): Step {
  return {
    ...(at !== undefined && { at }),
    text: isDue ? `to come: ${says}` : says,
    tone: isDue ? 'waiting' : TONES[of],
  };
}

/** The story as `bridge explain` tells it. */
export type Explain = (subject: Subject) => Promise<Story | undefined>;

/** Asks Mautic for what it holds of an address, as text; an error says why it could not be asked. */
export type AskMautic = (email: string) => Promise<ContactStory['held']>;

/** What is known of a contact, and what Mautic holds of it now; `undefined` where the ledger knows none. */
export async function contactStory(
  ledger: Ledger,
  ask: AskMautic,
  key: ContactKey,
): Promise<ContactStory | undefined> {
  const [profile, { written, refs }] = await Promise.all([ledger.profile(key), ledger.dossier(key)]);
  if (!profile) return undefined;
  const { email, mauticId, parked, waiting } = profile;
  const place = placeOf(profile);
  const said = place === 'parked' ? parked : place === 'waits' ? waiting : undefined;
  const asked = await ask(email).then(
    (held) => ({ held }),
    (error: unknown) => ({ unasked: error instanceof Error ? error.message : 'Mautic could not be asked.' }),
  );
  return {
    key,
    email,
    place,
    ...(said && { why: `${said.message} (${said.code})` }),
    ...(mauticId !== undefined && { mauticId }),
    ...('unasked' in asked ? { unasked: asked.unasked } : asked.held && { held: asked.held }),
    segments: written.segments ?? [],
    orders: refs.filter(({ kind }) => kind === 'order').map(({ store, id }) => `${store}/${id}`),
  };
}
