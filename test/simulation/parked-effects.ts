import { normaliseEmail } from '../../lib/core/ledger/email.ts';
import { templateFor } from './act-rules.ts';
import { FOLLOW_UPS } from './follow-up-rules.ts';
import { TEMPLATES } from './policies.ts';
import type { Rest } from './rest.ts';

interface ParkedEffect {
  readonly id: number;
  readonly effect: string;
  readonly reason: string | undefined;
}

/** Sent with an unknown end, worked on while something broke, or for a contact that somebody deleted just then. */
export function hasCause(rest: Rest, { id, effect, reason }: ParkedEffect): boolean {
  if (reason === 'coupon-differs') return wasMeddledWith(rest, { id, effect });
  if (reason === 'not-found' && rest.people.taken.size > 0) return true;
  return wasUncertain(rest, id, effect) || wasDisturbed(rest, id);
}

/** A plugin of the shop made something else of it. */
function wasMeddledWith({ coupons, ledger }: Rest, { id, effect }: Omit<ParkedEffect, 'reason'>): boolean {
  return coupons?.meddled.has(ledger.get(id)?.effects[effect]?.code ?? '') ?? false;
}

function wasUncertain({ mautic }: Rest, id: number, effect: string): boolean {
  const status = /^email:(.*)$/.exec(effect)?.[1];
  const rule = FOLLOW_UPS.find(({ id: name }) => effect.split(':')[1] === name);
  const template = TEMPLATES.find((one) => one.status === status)?.template;
  const gift = templateFor(effect);
  const templates = [...(rule?.templates ?? []), ...[template, gift].filter((one) => one !== undefined)];
  // Of a cart the link in it says whose it is, and there may be none.
  const isOfCart = rule?.on === 'cart';
  const uncertain = [...mautic.uncertain];
  return templates.some((one) =>
    isOfCart
      ? uncertain.some((name) => name.startsWith(`${String(one)}/`))
      : mautic.uncertain.has(`${String(one)}/${String(id)}`),
  );
}

function wasDisturbed({ disturbed, histories }: Rest, id: number): boolean {
  return [...(histories.get(id)?.emails ?? [])].some((typed) => {
    const address = normaliseEmail(typed);
    return address.usable && (disturbed.get(address.key) ?? 0) > 0;
  });
}
