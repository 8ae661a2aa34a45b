import type { Ring } from '../../core/contact/contact.ts';
import type { ContactKey } from '../../core/ledger/email.ts';
import type { WantResult } from '../../core/ports/ledger.ts';
import { inParallel } from '../in-parallel.ts';
import type { Hearer } from './fold-group.ts';
import type { Attempt, FoldingParts, Group } from './parts.ts';

/** A ring that gets lost costs this long: then `sweep` rings. */
const DOORBELL_GRACE_MS = 60_000;

interface Told {
  email: string | undefined;
  readonly groups: Group[];
}

/** Collects, contact by contact, what a batch changed. */
export class Telling {
  readonly #told = new Map<ContactKey, Told>();

  add(group: Group, hearers: readonly Hearer[]): void {
    for (const [contact, email] of hearers) {
      const told = this.#told.get(contact) ?? { email: undefined, groups: [] };
      told.email ??= email;
      told.groups.push(group);
      this.#told.set(contact, told);
    }
  }

  /** Marks every contact as wanted, last of all, and rings for those that nobody has rung for. */
  async finish(parts: FoldingParts, attempt: Attempt): Promise<void> {
    const rings: Ring[] = [];
    await inParallel(this.#told, async ([contact, told]) => {
      const positions = told.groups.flatMap((group) => [...group.positions]);
      const ring = await attempt(positions, () => tell(parts, contact, told));
      if (ring) rings.push(ring);
    });
    await ringFor(parts, rings);
  }
}

async function tell(
  parts: FoldingParts,
  contact: ContactKey,
  { email, groups }: Told,
): Promise<Ring | undefined> {
  const canWait = parts.later === true && email !== undefined;
  const result = await (canWait ? introduce(parts, contact, email) : want(parts, contact, email));
  for (const { ref } of groups) {
    if (ref.kind === 'product') await parts.things.stopWaiting(ref, contact);
  }
  if (!result) return undefined;
  const { wanted, attempts, fellBehind } = result;
  // The try before this one may have ended between `want` and the ring.
  const mayBeUnrung = groups.some(({ redelivered }) => redelivered);
  // A version before may have left it with the due time of something else.
  if (mayBeUnrung) await parts.contacts.hasten(contact, parts.clock.now() + DOORBELL_GRACE_MS);
  if (parts.later === true) return undefined;
  if (fellBehind) return { contact, wanted, attempts };
  return mayBeUnrung ? { contact, wanted, attempts, doubt: true } : undefined;
}

/** The sweep rings for it when there is nothing else to do. */
async function introduce(
  { contacts, clock }: FoldingParts,
  contact: ContactKey,
  email: string,
): Promise<undefined> {
  await contacts.introduceLater(contact, email, clock.now());
}

async function want(
  { contacts, clock }: FoldingParts,
  contact: ContactKey,
  email: string | undefined,
): Promise<WantResult | undefined> {
  const due = clock.now() + DOORBELL_GRACE_MS;
  return email === undefined ? contacts.wantAgain(contact, due) : contacts.want(contact, email, due);
}

/** A failure is not worth a redelivery: `sweep` rings for whoever is behind. */
async function ringFor({ doorbell, metrics, log }: FoldingParts, rings: readonly Ring[]): Promise<void> {
  if (rings.length === 0) return;
  try {
    await doorbell.ring(rings);
    metrics.count('ContactRung', rings.length);
  } catch (error) {
    log.warn('Could not ring; the sweep will', { contacts: rings.length }, error);
  }
}
