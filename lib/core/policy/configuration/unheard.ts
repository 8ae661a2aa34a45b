import type { FollowUp } from '../follow-ups/follow-ups.ts';
import { type MapSource, mapSourceOf } from '../map-source.ts';
import type { Policy } from '../policy.ts';
import { placeholderOf } from '../tag-template.ts';
import type { BridgeConfig } from './bridge-config.ts';
import type { Store } from './store.ts';

/** What some stores tell and others do not, and how to speak of it. */
const THINGS = {
  coupons: 'coupon codes',
  attribution: 'attribution',
  language: 'language of an order',
  attributes: 'attributes of variations',
  answers: 'answers of checkout fields',
  carts: 'carts',
  links: 'pages and pictures of products for e-mails',
  signups: 'signups',
  shippingMethods: 'shipping methods',
  renewals: 'renewals as orders of their own',
} as const;
type Thing = keyof typeof THINGS;

/** Neither in webhooks nor where the bridge reads (stores/fluentcart/README.md, stores/woocommerce). */
const UNTOLD: Readonly<Record<Store['kind'], readonly Thing[]>> = {
  fluentcart: [
    'coupons',
    'attribution',
    'language',
    'attributes',
    'answers',
    'carts',
    'links',
    'signups',
    'shippingMethods',
  ],
  woocommerce: ['renewals'],
};

const NAMES: Readonly<Record<Store['kind'], string>> = {
  fluentcart: 'FluentCart',
  woocommerce: 'WooCommerce',
};

/** A place of the policy that lives on something a store has to tell, and what it is without. */
interface Need {
  readonly place: string;
  readonly thing: Thing;
  readonly without: string;
  /** Only of this store. */
  readonly store?: string | undefined;
}

/** What of a policy waits for something that no store of its ever tells, one sentence each. */
export function unheardIn({ policy, stores }: Pick<BridgeConfig, 'policy' | 'stores'>): readonly string[] {
  return needsOf(policy).flatMap(({ place, thing, without, store }) => {
    const meant = stores.filter(({ id }) => store === undefined || id === store);
    if (meant.length === 0 || !meant.every(({ kind }) => UNTOLD[kind].includes(thing))) return [];
    const kinds = [...new Set(meant.map(({ kind }) => NAMES[kind]))].join(' and ');
    return [`${place}: ${kinds} tells the bridge no ${THINGS[thing]}, so ${without}`];
  });
}

function needsOf(policy: Policy): readonly Need[] {
  const { map = {}, tags, consent, customObjects, carts, itemLinks, followUps = [] } = policy;
  return [
    ...Object.entries(map).flatMap(([name, alias]) => ofMap(name, alias)),
    ...tags.flatMap(ofTag),
    ...ofConsent(consent),
    ...Object.entries(customObjects?.orders?.attributes ?? {}).flatMap(([alias, value]): Need[] =>
      value === 'coupons'
        ? [{ place: 'policy.customObjects', thing: 'coupons', without: `${alias} stays empty` }]
        : [],
    ),
    ...(carts ? [need('policy.carts', 'carts', 'nobody is reminded of one')] : []),
    ...(itemLinks === true ? [need('policy.itemLinks', 'links', 'items have none')] : []),
    ...followUps.flatMap(ofFollowUp),
  ];
}

function need(place: string, thing: Thing, without: string): Need {
  return { place, thing, without };
}

function ofMap(name: string, alias: string): readonly Need[] {
  const source = mapSourceOf(name);
  const thing = source && thingOfSource(source);
  return thing ? [need(`policy.map.${name}`, thing, `${alias} stays empty`)] : [];
}

function thingOfSource(source: MapSource): Thing | undefined {
  if (source.of === 'attribution') return 'attribution';
  if (source.of !== 'orders') return undefined;
  if (source.value === 'coupons' || source.value === 'lastCoupons') return 'coupons';
  return source.value === 'language' ? 'language' : undefined;
}

function ofTag(template: string): readonly Need[] {
  const placeholder = placeholderOf(template);
  const thing = placeholder === 'coupon' ? 'coupons' : placeholder === 'attribute' ? 'attributes' : undefined;
  return thing ? [need('policy.tags', thing, `nobody gets ${template}`)] : [];
}

/** What another plugin notes in an order's meta may be there. */
function ofConsent(consent: Policy['consent']): readonly Need[] {
  const fields = consent?.fields ?? [];
  if (fields.length === 0 || fields.some((field) => field.startsWith('meta.'))) return [];
  const mails = consent?.require === true ? ', and no e-mail is sent but those that are transactional' : '';
  return [need('policy.consent', 'answers', `nobody ever says yes${mails}`)];
}

function ofFollowUp({ id, store, on, when, coupon }: FollowUp): readonly Need[] {
  const place = `policy.followUps, ${id}`;
  const begins = thingOfTrigger(on);
  return [
    ...(begins ? [{ ...need(place, begins, 'it never begins'), store }] : []),
    ...(when?.shippingMethods ? [{ ...need(place, 'shippingMethods', 'it is never sent'), store }] : []),
    ...(coupon ? [{ ...need(place, 'coupons', 'none is made and it is never sent'), store }] : []),
  ];
}

function thingOfTrigger(on: FollowUp['on']): Thing | undefined {
  if (on === 'coupon') return 'coupons';
  if (on === 'signup') return 'signups';
  if (on === 'cart') return 'carts';
  if (typeof on !== 'object') return undefined;
  if ('coupon' in on) return 'coupons';
  return 'subscription' in on && on.subscription === 'renewed' ? 'renewals' : undefined;
}
