import type { Consent, ContactRules } from './consent.ts';

/** Two decisions that cannot both hold. */
interface Conflict {
  readonly key: keyof Decided;
  /** In a sentence that says what to do. */
  readonly message: string;
}

interface Decided {
  readonly aliases: Readonly<Record<string, string | false>>;
  readonly segments: readonly { readonly segment: number }[];
  readonly consent?: Consent;
  readonly contacts?: ContactRules;
}

/** What of a policy contradicts something else of it, one sentence each. */
export function conflictsIn({ aliases, segments, consent, contacts }: Decided): readonly Conflict[] {
  const conflicts: Conflict[] = [];
  if (consent?.alias !== undefined && Object.values(aliases).includes(consent.alias))
    conflicts.push({
      key: 'consent',
      message: `must not write its answer into ${consent.alias}, which policy.aliases fills already: choose another alias`,
    });
  if (segments.some(({ segment }) => segment === consent?.segment))
    conflicts.push({
      key: 'consent',
      message:
        'must have a segment of its own: one that policy.segments names too would hold people who never said yes',
    });
  if (contacts?.declined === false && consent === undefined)
    conflicts.push({
      key: 'contacts',
      message: 'must not leave out who declined while policy.consent names no checkout field that says so',
    });
  return conflicts;
}
