import type { Profile } from '../../core/contact/contact.ts';
import type { EffectState } from '../../core/ledger/effect-state.ts';
import type { ContactKey } from '../../core/ledger/email.ts';
import { isGone, type OrderState } from '../../core/ledger/order.ts';
import { type Ref, refName } from '../../core/ledger/snapshot.ts';
import type { Contacts, Entry, Things } from '../../core/ports/ledger.ts';
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
  readonly steps: readonly Step[];
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

export type Ledger = Pick<Things, 'load'> & Pick<Contacts, 'profile' | 'dossier'>;

/** The story of an order; `undefined` where the ledger knows none of this name. */
export async function orderStory(ledger: Ledger, store: string, id: string): Promise<OrderStory | undefined> {
  const ref: Ref = { kind: 'order', store, id };
  const entry = (await ledger.load([ref])).get(refName(ref));
  if (entry?.state.type !== 'order') return undefined;
  const { state } = entry;
  const profile = state.contact && (await ledger.profile(state.contact));
  const { data, contact } = state;
  return {
    name: `${store}/${id}`,
    title: `Order ${data?.number ?? id}`,
    facts: factsOf(state),
    lines: (data?.lines ?? []).map(({ name, quantity, total }) => ({ name, quantity, total })),
    steps: stepsOf(entry, state, profile),
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

function stepsOf(entry: Entry, state: OrderState, profile: Profile | undefined | ''): readonly Step[] {
  const { data, sights, deleted, restored } = state;
  const steps: Step[] = [
    ...(data ? [{ at: data.createdAt, text: 'Placed', tone: 'quiet' } as const] : []),
    ...Object.entries(sights).map(([status, at]): Step => ({ at, text: `Seen as ${status}`, tone: 'quiet' })),
    ...(data?.paidAt === undefined ? [] : [{ at: data.paidAt, text: 'Paid', tone: 'good' } as const]),
    ...Object.entries(entry.effects).map(effectStep),
  ];
  const dated = steps.sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
  const marks: Step[] =
    deleted.length === 0 ? [] : [{ text: markText(state, restored.length), tone: 'quiet' }];
  return [...dated, ...marks, ...(profile ? [contactStep(profile)] : [])];
}

function markText(state: OrderState, restorations: number): string {
  if (isGone(state)) return 'Deleted in the store: it counts no longer';
  return restorations > 0 ? 'Deleted in the store, and restored' : 'A deletion was told';
}

const EFFECT: Readonly<Record<EffectState['state'], readonly [string, Step['tone']]>> = {
  claimed: ['is being done', 'waiting'],
  doubt: ['may have been done: it is looked up before anything is repeated', 'waiting'],
  refused: ['was refused, and is tried again', 'waiting'],
  done: ['done', 'good'],
  skipped: ['left out', 'quiet'],
  parked: ['parked: somebody must look', 'bad'],
};

function effectStep([id, { state, at, reason }]: [string, EffectState]): Step {
  const [text, tone] = EFFECT[state];
  const [kind = id, status = ''] = id.split(':');
  return { at, text: `${kind} for ${status}: ${text}${reason === undefined ? '' : ` (${reason})`}`, tone };
}

function contactStep(profile: Profile): Step {
  const place = placeOf(profile);
  const tones = {
    'in step': 'good',
    behind: 'waiting',
    later: 'waiting',
    waits: 'waiting',
    parked: 'bad',
  } as const;
  const said = place === 'parked' ? profile.parked : profile.waiting;
  const texts = {
    'in step': `Mautic holds it${profile.mauticId === undefined ? '' : `, in contact ${String(profile.mauticId)}`}`,
    behind: 'The contact is about to be written',
    later: 'The contact is written after live work',
    waits: `The contact waits: ${said?.message ?? ''}`,
    parked: `The contact is parked: ${said?.message ?? ''}`,
  };
  return { text: texts[place], tone: tones[place] };
}

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
