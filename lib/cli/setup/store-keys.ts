import { randomUUID } from 'node:crypto';
import { systemClock as clock } from '../../aws/clock.ts';
import type { Failure } from '../../core/ledger/failure.ts';
import { NOTHING_KEPT } from '../../core/ledger/kept.ts';
import type { Store } from '../../core/policy/configuration/store.ts';
import type { StoreKey } from '../../core/ports/secrets.ts';
import type { StoreApi } from '../../core/stores/store-api.ts';
import { storeApiOf } from '../../stores/rest.ts';
import { sourcesKeeping } from '../../stores/webhooks.ts';
import type { Questions } from '../output/questions.ts';
import { CALLBACK_PORT } from './callback-port.ts';
import { askShop, type Callback } from './shop-consent.ts';
import type { SetupStep } from './step.ts';

/** What keys are called where they are made. */
const NAMES: Readonly<Record<Store['kind'], { readonly key: string; readonly secret: string }>> = {
  woocommerce: { key: 'Consumer key (ck_…)', secret: 'Consumer secret (cs_…)' },
  fluentcart: { key: 'User name', secret: 'Application password' },
};

const WHERE: Readonly<Record<Store['kind'], string>> = {
  woocommerce:
    'Keys come from WooCommerce, Settings, Advanced, REST API, Add key: a shop manager or administrator as the user, permissions Read/Write.',
  fluentcart:
    'FluentCart is read by an application password: in WordPress, Users, Profile, Application Passwords. The user is an administrator, or with Pro a FluentCart manager, who may also look after the feeds; WordPress takes such passwords over https only.',
};

/**
 * The keys of a store's API: given, made by the shop's own page, or typed; tried at once. `undefined`: none for now.
 * @throws Error with what the store says to those that were given, or that nobody approved.
 */
export async function keyOf(step: SetupStep, store: Store): Promise<StoreKey | undefined> {
  const { given, ask, callback } = step;
  const { consumerKey, consumerSecret } = given;
  if (consumerKey !== undefined && consumerSecret !== undefined)
    return tried(store, { consumerKey, consumerSecret });
  if (callback && hasPage(store)) return tried(store, await approved(step, store, callback));
  if (!ask) return undefined;
  step.say(WHERE[store.kind]);
  const way = await wayOf(ask, store);
  if (way === 'later') return undefined;
  if (way === 'page') {
    const url = await ask.text(
      `The https address that leads to port ${String(CALLBACK_PORT)} of this machine`,
    );
    return tried(store, await approved(step, store, { url, port: CALLBACK_PORT }));
  }
  return typed(step, ask, store);
}

function hasPage({ kind, url }: Store): boolean {
  return kind === 'woocommerce' && url !== undefined;
}

async function wayOf(ask: Questions, store: Store): Promise<'paste' | 'page' | 'later'> {
  if (!hasPage(store)) return (await ask.agree('Give the keys now?')) ? 'paste' : 'later';
  return ask.choose('How do the keys come?', WAYS);
}

const WAYS = [
  { value: 'paste', label: 'I make them there, and paste them here' },
  { value: 'page', label: "the shop's own page gives them, to a tunnel that leads to this machine" },
  { value: 'later', label: 'later' },
] as const;

const LEADING_BACK_MS = 10_000;

/** Somebody of the shop approves it on the shop's own page. */
async function approved({ say }: SetupStep, store: Store, callback: Callback): Promise<StoreKey> {
  const consent = await askShop(store.url ?? '', callback);
  try {
    say(
      `${callback.url} must lead to 127.0.0.1:${String(consent.port)} now. Then open, as somebody who manages the shop:`,
    );
    say(consent.open);
    const key = await consent.keys;
    // The shop leads their browser back a moment later.
    await Promise.race([consent.returned, clock.sleep(LEADING_BACK_MS)]);
    return key;
  } finally {
    await consent.close();
  }
}

/** @throws Error with what the store says to them. */
async function tried(store: Store, key: StoreKey): Promise<StoreKey> {
  const complaint = await complaintAbout(store, key);
  if (complaint) throw new Error(complaint.message);
  return key;
}

async function typed(step: SetupStep, ask: Questions, store: Store): Promise<StoreKey | undefined> {
  for (;;) {
    const key = {
      consumerKey: (await ask.secret(NAMES[store.kind].key)).trim(),
      consumerSecret: (await ask.secret(NAMES[store.kind].secret)).trim(),
    };
    const complaint = await complaintAbout(store, key);
    if (!complaint) return key;
    step.say(complaint.message);
    if (!(await ask.agree('Try again?'))) return undefined;
  }
}

/** What the store says to these keys, at once; `undefined`: it takes them. */
export async function complaintAbout(store: Store, key: StoreKey): Promise<Failure | undefined> {
  const api = apiOf(store, key);
  if (!api) return { kind: 'park', code: 'no-url', message: withoutUrl(store) };
  const answer = await api.list({ kind: 'order', page: 1, perPage: 1, outline: true });
  return answer.ok ? undefined : answer.failure;
}

function withoutUrl({ id }: Store): string {
  return `Store ${id} has no url in bridge.config.ts, which keys need.`;
}

function apiOf(store: Store, key: StoreKey): StoreApi | undefined {
  return storeApiOf(store, key, { clock, randomId: randomUUID, sourceOf: sourcesKeeping(NOTHING_KEPT) });
}

/** What this very store is like, in sentences, as the doctor says it too. */
export async function particularsOf(store: Store, key: StoreKey): Promise<readonly string[]> {
  const told = await apiOf(store, key)?.particulars?.({ testOrders: store.testOrders ?? false });
  if (!told?.ok) return [];
  return told.value.map(({ says, remedy }) => (remedy === undefined ? `${says}.` : `${says}. ${remedy}`));
}
