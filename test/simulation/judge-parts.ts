import { asKnown, isReachedLater } from './erased.ts';
import { doneNotes } from './judge-acts.ts';
import { doneEffects, nameOf } from './judge-effects.ts';
import { followUpName, followUpsSent } from './judge-follow-ups.ts';
import type { Rest, Verdict } from './rest.ts';
import { hadAddress, isPart } from './truth.ts';

/** Something that somebody was told of an order. */
interface Told {
  readonly name: string;
  readonly order: number;
  /** Of what: what is told of statuses is one thing, each rule one of its own. */
  readonly about: string;
  readonly email: string;
  /** Epoch ms. */
  readonly askedAt: number;
}

/**
 * What was bought in one go is told once: with the order that it is a part of, also where that became another buyer's
 * since, unless it is of whom nobody knows any more.
 */
export function judgeParts(rest: Rest, verdict: Verdict): void {
  const all = toldIn(rest);
  for (const told of all) {
    const complaint = complaintAbout(rest, told, all);
    if (complaint !== undefined) verdict.wrong.push(`${told.name}: ${complaint}`);
  }
}

function toldIn(rest: Rest): readonly Told[] {
  const ofStatuses = doneEffects(rest).map((done) => ({
    ...done,
    name: nameOf(done),
    order: done.id,
    about: '',
  }));
  const followUps = followUpsSent(rest).map((sent) => {
    const { rule, order, email, askedAt } = sent;
    return { name: followUpName(sent), order: Number(order), about: rule.id, email, askedAt };
  });
  // Of the shop's things accounts have such names, too.
  const notes = doneNotes(rest.mautic.notes).flatMap(({ name, thing, rule, email, askedAt }) => {
    const [, id] = /^demo\/(\d+)$/.exec(thing) ?? [];
    if (id === undefined || !rule || rule.on === 'signup') return [];
    return [{ name, order: Number(id), about: rule.id, email, askedAt }];
  });
  return [...ofStatuses, ...followUps, ...notes];
}

function complaintAbout(rest: Rest, told: Told, all: readonly Told[]): string | undefined {
  const history = rest.histories.get(told.order);
  const { parentId } = history ?? {};
  if (!history || parentId === undefined) return undefined;
  const seen = isReachedLater(rest, told) ? asKnown(rest) : rest;
  const known = seen.histories.get(parentId);
  if (!known || known.emails.size === 0) return undefined;
  if (isPart(history, rest.histories.get(parentId))) return 'part of another order';
  const isTold = all.some(
    ({ order, about, email, askedAt }) =>
      order === parentId && about === told.about && email === told.email && askedAt < told.askedAt,
  );
  return isTold && hadAddress(known, told.email) ? 'told with the order that it is a part of' : undefined;
}
