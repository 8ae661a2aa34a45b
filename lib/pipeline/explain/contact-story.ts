import type { Dossier, Profile, Written } from '../../core/contact/contact.ts';
import { commandLine } from '../../core/ledger/command.ts';
import { isIgnored, type Policy } from '../../core/policy/policy.ts';
import { momentOf, type Passage } from './story.ts';

/** A contact as the ledger knows it. */
export interface KnownContact {
  readonly profile: Profile;
  readonly dossier: Dossier;
}

/** How a contact stands, in a sentence. */
export function contactSummary({ profile }: KnownContact, policy: Policy): string {
  if (isIgnored(policy, profile.email)) return 'The policy ignores this address: nothing of it is written.';
  if (profile.parked) return `Its contact is parked: ${profile.parked.message}`;
  if (profile.removedAt !== undefined)
    return 'Somebody deleted its contact in Mautic: it stays deleted until a later order.';
  if (isForgotten(profile))
    return 'It was forgotten: Mautic has no contact of it, and what is kept here names nobody.';
  if (profile.forgottenAt !== profile.erasedAt)
    return 'It is being forgotten: its contact is deleted in Mautic, and once more after a few minutes.';
  if (profile.wanted === profile.synced)
    return profile.mauticId === undefined
      ? 'Mautic has no contact of it, and needs none so far.'
      : `Mautic has all of it, as contact ${String(profile.mauticId)}.`;
  if (profile.waiting) return `Its contact waits (${profile.waiting.code}): ${profile.waiting.message}`;
  return 'Its contact is behind, and is written as soon as it is its turn.';
}

/** Whoever orders again after that has an address again. */
function isForgotten({ erasedAt, forgottenAt, email }: Profile): boolean {
  return erasedAt !== undefined && forgottenAt === erasedAt && email === '';
}

/** What Mautic was told of a contact, what waits and why. */
export function contactPassages({ profile, dossier }: KnownContact, now: number): readonly Passage[] {
  const { parked, removedAt, due, waiting } = profile;
  return [
    ...writtenPassages(dossier.written),
    ...(removedAt === undefined
      ? []
      : [{ at: removedAt, of: 'mautic', says: 'the contact was found deleted in Mautic' } as const]),
    ...(parked ? [{ at: parked.at, of: 'bridge', says: `it was parked (${parked.code})` } as const] : []),
    ...(due !== undefined && due > now
      ? [
          {
            at: due,
            of: 'bridge',
            isDue: true,
            says: waiting ? `the next try, because of ${waiting.code}` : 'it is looked at again',
          } as const,
        ]
      : []),
  ];
}

function writtenPassages({
  fields,
  tags,
  refused,
  kept = [],
  segments = [],
  seenAt,
}: Written): readonly Passage[] {
  const names = Object.keys(fields);
  const told = [
    ...(names.length > 0 ? [`the fields ${names.join(', ')}`] : []),
    ...(tags.length > 0 ? [`the tags ${tags.join(', ')}`] : []),
    ...(segments.length > 0 ? [`the segments ${segments.join(', ')}`] : []),
  ];
  return [
    ...(told.length > 0
      ? [
          {
            ...(seenAt !== undefined && { at: seenAt }),
            of: 'mautic',
            says: `Mautic was told ${told.join('; ')}`,
          } as const,
        ]
      : []),
    ...Object.entries(refused).map(
      ([alias, { reason }]): Passage => ({
        of: 'mautic',
        says: `Mautic refused the value of ${alias} (${reason}), so it is left out`,
      }),
    ),
    ...kept.map(
      (alias): Passage => ({
        of: 'mautic',
        says: `${alias} held something before the bridge came, and is left alone until the history of the store is in the ledger`,
      }),
    ),
  ];
}

/** What a person must do about a contact. */
export function contactTodo({ profile }: KnownContact, what: string): readonly string[] {
  const { parked, waiting, due } = profile;
  if (parked) return [`Mend what is said above (${parked.code}), then: ${commandLine(`replay ${what}`)}`];
  if (waiting && due !== undefined && profile.wanted !== profile.synced)
    return [`If it does not pass by itself at ${momentOf(due)}: ${waiting.message}`];
  return [];
}
