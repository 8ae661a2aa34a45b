import { couponOf } from '../../../core/contact/coupon.ts';
import type { EmailEffect } from '../../../core/effects/effect-kinds.ts';
import { linkedProducts, markupOf, type Products } from '../../../core/effects/item-markup.ts';
import { tokensOf } from '../../../core/effects/tokens.ts';
import { refName } from '../../../core/ledger/snapshot.ts';
import { contentHash } from '../../../core/ledger/version.ts';
import type { Email } from '../../../core/ports/mautic.ts';
import { readProducts } from '../load-facts.ts';
import type { SyncParts } from '../parts.ts';

type Told = Pick<EmailEffect, 'about' | 'coupon'> & Partial<Pick<EmailEffect, 'id'>>;

/** What stands for the placeholders of texts about something. */
export function tokensFor({ sites, clock }: SyncParts, { about, coupon, id }: Told): Email['tokens'] {
  const made = coupon ?? (about.of === 'cart' ? couponOf(about, clock.now()) : undefined);
  const token = id === undefined ? {} : { token: contentHash({ id, ref: about.ref }).slice(0, 8) };
  return tokensOf(about, { site: sites?.get(about.ref.store), coupon: made, ...token });
}

/** The same for an e-mail, with markup. */
export async function contentOf(parts: SyncParts, effect: Told): Promise<Pick<Email, 'tokens' | 'markup'>> {
  const products = await productsFor(parts, effect);
  return { tokens: tokensFor(parts, effect), markup: markupOf(effect.about, products) };
}

/** Asked for only where the policy wants links. An e-mail without them is better than one that is in doubt. */
async function productsFor({ policy, things, log }: SyncParts, { about }: Told): Promise<Products> {
  const refs = policy.itemLinks === true ? linkedProducts(about) : [];
  if (refs.length === 0) return new Map();
  try {
    return await readProducts({ things }, refs);
  } catch (error) {
    log.warn('The links of an e-mail could not be read; it goes without', { ref: refName(about.ref) }, error);
    return new Map();
  }
}
