import { commandLine } from '../../../core/ledger/command.ts';
import { counted } from '../../../core/ledger/counted.ts';
import type { ContactKey } from '../../../core/ledger/email.ts';
import { refName } from '../../../core/ledger/snapshot.ts';
import { QUEUES } from '../../../environment.ts';
import { createMauticContacts } from '../../../mautic/contacts/contacts.ts';
import { createErase, type Erase } from '../../../pipeline/people/erase.ts';
import { openLedger } from '../../ledger.ts';
import { openMautic } from '../../mautic.ts';
import { askAt } from '../../output/questions.ts';
import type { Site } from '../../place/place.ts';
import { answer } from '../../terminal.ts';
import { Interrupted } from '../../usage-error.ts';

interface Person {
  readonly email: string;
  readonly key: ContactKey;
}

interface How {
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly wait: boolean;
}

type Ledger = ReturnType<typeof openLedger>;

/** What there is of a person. */
interface Held {
  readonly orders: number;
  readonly customers: number;
  /** Contacts in Mautic with exactly this address; absent where Mautic could not be asked. */
  readonly contacts?: number;
}

/** Whoever waits longer wants to know why. */
const PATIENCE_MS = 15 * 60_000;
const POLL_MS = 1_000;

/** Forgets a person. @throws Error when the bridge knows nothing of them, or it was not done in time. */
export async function erase(site: Site, person: Person, how: How): Promise<void> {
  const open = openLedger();
  try {
    const profile = await open.ledger.profile(person.key);
    if (!profile) throw new Error('The bridge knows nothing of this address: there is nothing to forget.');
    const held = await heldOf(site, open, person);
    if (how.dryRun) return answer(site, { dryRun: true, ...held }, dryLines(held));
    if (!how.yes && !(await askAt().agree(`Forget this person? ${sentence(held)}`, false)))
      throw new Interrupted('Nothing was changed.');
    const { clock, doorbell } = open;
    const pipeline = createErase({ contacts: open.ledger, doorbell, clock });
    const erasedAt = await pipeline.mark(person.key);
    site.whenInterrupted(`It goes on by itself; ${commandLine('explain')} says when it is done.`);
    const isDone =
      how.wait && site.place.isRunning && (await untilDone({ pipeline, clock }, person.key, erasedAt));
    const receipt = { erasedAt: new Date(erasedAt).toISOString(), done: isDone, ...held, ...LATER };
    answer(site, receipt, receiptLines({ ...held, isDone, site, erasedAt }));
    if (!isDone && how.wait && site.place.isRunning) throw new Error(NOT_YET);
  } finally {
    open.close();
  }
}

const NOT_YET = `It is not done yet, and goes on by itself: Mautic may be away. ${commandLine('doctor')} says what is in the way, ${commandLine('explain')} when it is done.`;

async function untilDone(
  { pipeline, clock }: { readonly pipeline: Erase; readonly clock: Ledger['clock'] },
  key: ContactKey,
  erasedAt: number,
): Promise<boolean> {
  const end = clock.now() + PATIENCE_MS;
  while (clock.now() < end) {
    if (await pipeline.isDone(key, erasedAt)) return true;
    await clock.sleep(POLL_MS);
  }
  return false;
}

async function heldOf(site: Site, { ledger }: Ledger, { email, key }: Person): Promise<Held> {
  const { refs } = await ledger.dossier(key);
  const entries = await ledger.load(refs);
  const own = refs.filter((ref) => {
    const state = entries.get(refName(ref))?.state;
    return state !== undefined && state.type !== 'product' && Object.hasOwn(state.contacts, key);
  });
  const contacts = await contactsIn(site, email);
  return {
    orders: own.filter(({ kind }) => kind === 'order').length,
    customers: own.filter(({ kind }) => kind === 'customer').length,
    ...(contacts !== undefined && { contacts }),
  };
}

async function contactsIn(site: Site, email: string): Promise<number | undefined> {
  const mautic = openMautic({ ...site, terminal: { ...site.terminal, complain: () => undefined } });
  try {
    const found = await createMauticContacts(mautic.client).find(email);
    return found.ok ? found.value.length : undefined;
  } finally {
    mautic.close();
  }
}

function sentence({ orders, customers, contacts }: Held): string {
  const inMautic =
    contacts === undefined ? 'Mautic cannot be asked now' : `${counted(contacts, 'contact')} in Mautic`;
  return `${counted(orders, 'order')}, ${counted(customers, 'customer record')}, ${inMautic}.`;
}

function dryLines(held: Held): readonly string[] {
  return [`Would forget: ${sentence(held)}`, 'This was a dry run: nothing was changed.'];
}

/** What forgets by itself, later; days. */
const LATER = {
  later: {
    queuesDays: QUEUES.keptDays,
    bodiesDays: 30,
    backupsDays: 35,
    kept: 'a hash of the address, by which the bridge knows what comes late, and whether it was not to be mailed',
  },
} as const;

interface Receipt extends Held {
  readonly isDone: boolean;
  readonly site: Site;
  readonly erasedAt: number;
}

function receiptLines({ isDone, site, erasedAt, ...held }: Receipt): readonly string[] {
  const waits = site.place.isRunning
    ? 'It goes on by itself.'
    : 'The bridge is stopped: it is done when npm start runs.';
  return [
    isDone
      ? `Forgotten as of ${new Date(erasedAt).toISOString()}: ${sentence(held)}`
      : `To be forgotten: ${sentence(held)} ${waits}`,
    'What forgets later, by itself:',
    `  messages in the queues, after ${String(QUEUES.keptDays)} days at most`,
    '  large webhooks in the bucket, after 30 days',
    '  backups of the ledger (point in time), after 35 days',
    'What stays: the amounts of the orders without a name, and a hash of the address, by which the bridge knows what comes late, and whether it was not to be mailed.',
    'What the bridge cannot reach: the shop, backups of Mautic, and a contact that somebody gave another address in Mautic.',
  ];
}
