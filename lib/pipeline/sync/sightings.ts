import { type Failure, failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import type { MauticContact, MauticContacts } from '../../core/ports/mautic.ts';
import type { Clock } from '../../core/ports/telemetry.ts';

/** People merge and rename at any time: whoever was seen longer ago than this is looked at again. */
const FRESH_MS = 30_000;

interface Sighting {
  readonly contact: MauticContact;
  /** Epoch ms. */
  readonly at: number;
}

/** Id → the contact as it was seen last. */
export type Sightings = Map<number, Sighting>;

/**
 * The contacts of Mautic as one invocation sees them: whose an id is, is not asked again for whoever an answer has
 * just shown.
 */
export function withSightings(
  mautic: MauticContacts,
  clock: Pick<Clock, 'now'>,
  seen: Sightings = new Map(),
): MauticContacts {
  function note(contact: MauticContact | undefined): void {
    if (contact) seen.set(contact.id, { contact, at: clock.now() });
  }

  function noteAll(outcomes: readonly Outcome<MauticContact>[]): readonly Outcome<MauticContact>[] {
    for (const outcome of outcomes) if (outcome.ok) note(outcome.value);
    return outcomes;
  }

  function noteFound(found: Outcome<readonly MauticContact[]>): Outcome<readonly MauticContact[]> {
    if (found.ok) for (const contact of found.value) note(contact);
    return found;
  }

  async function holders(ids: readonly number[]): Promise<Outcome<ReadonlyMap<number, MauticContact>>> {
    const stale = [...new Set(ids)].filter((id) => !isFresh(seen.get(id), clock.now()));
    if (stale.length > 0) {
      const answer = await mautic.holders(stale);
      if (!answer.ok) return answer;
      for (const id of stale) seen.delete(id);
      for (const contact of answer.value.values()) note(contact);
    }
    const found = ids.flatMap((id) => seen.get(id)?.contact ?? []);
    return succeeded(new Map(found.map((contact) => [contact.id, contact])));
  }

  return {
    create: async (items) => noteAll(await mautic.create(items)),
    edit: async (items) => {
      const answers = noteAll(await mautic.edit(items));
      for (const id of mergedAway(items, answers)) seen.delete(id);
      return answers;
    },
    rewrite: async (id, fields) => {
      const before = seen.get(id)?.contact.email.toLowerCase();
      const answer = await mautic.rewrite(id, fields);
      if (!answer.ok) return answer;
      if (before !== undefined && answer.value.email.toLowerCase() !== before) return failed(MOVED_MEANWHILE);
      note(answer.value);
      return answer;
    },
    find: async (email) => noteFound(await mautic.find(email)),
    findAll: async (emails) => noteFound(await mautic.findAll(emails)),
    holders,
    heir: async (id) => {
      const answer = await mautic.heir(id);
      if (answer.ok) note(answer.value);
      return answer;
    },
    remove: (id) => {
      seen.delete(id);
      return mautic.remove(id);
    },
    takesWrites: () => mautic.takesWrites(),
  };
}

function isFresh(sighting: Sighting | undefined, now: number): boolean {
  return sighting !== undefined && now - sighting.at <= FRESH_MS;
}

/** Those answered under another id. */
function mergedAway(
  items: readonly Pick<MauticContact, 'id'>[],
  answers: readonly Outcome<MauticContact>[],
): readonly number[] {
  return items.flatMap(({ id }, index) => {
    const answer = answers[index];
    return answer?.ok && answer.value.id !== id ? [id] : [];
  });
}

/** Written whole by its id into what was somebody else's by then: it is found, and taken back, when it is looked at again. */
const MOVED_MEANWHILE: Failure = {
  kind: 'unknown',
  code: 'moved',
  message: 'The contact was renamed in Mautic while it was written; it is looked at again',
};
