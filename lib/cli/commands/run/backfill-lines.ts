import { commandLine } from '../../../core/ledger/command.ts';
import { counted } from '../../../core/ledger/counted.ts';
import { type Backfill, thingsIn } from '../../../core/stores/backfill.ts';
import type { BackfillExample, BackfillPlan } from '../../../pipeline/backfill/plan.ts';
import { tableLines } from '../../output/table.ts';

/** A plan for people. */
export function planLines(plan: BackfillPlan): readonly string[] {
  const { store, totals, sampled, contacts, skipped, segments, advice } = plan;
  const about = sampled.isAll ? '' : 'about ';
  const basis = sampled.isAll
    ? 'all of them were looked at'
    : `${counted(sampled.orders + sampled.trash, 'order')} and ${counted(sampled.customers, 'customer')} were looked at`;
  const unchanged = `${about}${String(contacts.same)} hold all of it already`;
  return [
    `Store ${store}: ${counted(totals.orders, 'order')}${totals.trash === 0 ? '' : `, ${String(totals.trash)} in the trash`}, ${counted(totals.customers, 'customer')}${totals.subscriptions === undefined ? '' : `, ${counted(totals.subscriptions, 'subscription')}`}; ${basis}.`,
    `Contacts: ${about}${String(contacts.create)} to create, ${about}${String(contacts.change)} to change, ${unchanged}; ${about}${String(contacts.none)} addresses never bought anything and become none.`,
    ...skippedLines(skipped, about),
    ...segments.map(
      ({ segment, contacts: members }) =>
        `Segment ${String(segment)}: ${about}${String(members)} would be in it, or more.`,
    ),
    ...exampleLines(plan.examples),
    ...effortLines(plan),
    ...advice,
  ];
}

function effortLines({ contacts, sampled, forecast }: BackfillPlan): readonly string[] {
  const reading = duration(forecast.readingSeconds);
  if (contacts.create + contacts.change === 0)
    return [
      `${sampled.isAll ? 'Nothing' : 'Nothing of what was looked at'} would change in Mautic; reading it all once more takes about ${reading}.`,
    ];
  return [
    `It takes about ${reading} to read and ${duration(forecast.writingSeconds)} to write, and AWS takes about $${forecast.dollars.toFixed(2)}.`,
  ];
}

/** What somebody types after a plan. */
export function startLines(plan: BackfillPlan): readonly string[] {
  const { create, change } = plan.contacts;
  return create + change === 0
    ? []
    : [`Start it: ${commandLine('backfill')}, with the same flags but --dry-run`];
}

/** Where a backfill stands, for people. */
export function standLines(store: string, backfill: Backfill | undefined): readonly string[] {
  if (!backfill) return [`There was no backfill of store ${store}.`];
  const { state, step, tally, expected, trouble, left } = backfill;
  const read = readOf(tally);
  if (state === 'finished') return receiptLines(store, backfill, read);
  const of = expected ? ` of ${String(thingsIn(expected))}` : '';
  const doing = {
    telling: ', everybody is looked at again',
    writing: `, ${left === undefined ? 'contacts are' : `${String(left)} contacts are still to be`} written`,
  };
  const rest = step === 'telling' || step === 'writing' ? doing[step] : '';
  return [
    `The backfill of store ${store} is ${state}: ${read}${of}${rest}.`,
    ...(trouble ? [`It waits (${trouble.code}): ${trouble.message}`] : []),
    ...(state === 'paused' ? [`Go on with it: ${commandLine('backfill --resume')}`] : []),
  ];
}

function readOf({ orders, trash, customers, subscriptions }: Backfill['tally']): string {
  const others = subscriptions === undefined ? '' : ` and ${counted(subscriptions, 'subscription')}`;
  return `${counted(orders, 'order')}, ${counted(trash, 'order')} in the trash${others === '' ? ' and' : ','} ${counted(customers, 'customer')}${others} read`;
}

function receiptLines(store: string, { tally, receipt }: Backfill, read: string): readonly string[] {
  if (!receipt) return [`The backfill of store ${store} has finished: ${read}.`];
  const { written, unchanged, left, parked, complete, unshown } = receipt;
  return [
    `The backfill of store ${store} has finished: ${read}; ${String(tally.changed)} of them were new.`,
    `Contacts: ${String(written)} written, ${String(unchanged)} unchanged, ${String(left)} that are none.`,
    ...skippedLines(tally.skipped, ''),
    ...(Object.keys(parked).length === 0
      ? []
      : [`Parked, until a person acts: ${listOf(parked)}. See ${commandLine('status')}`]),
    ...(unshown === 0
      ? []
      : [
          `The store cannot show ${counted(unshown, 'order')}; the log of backfill names them. Mend them and start it again.`,
        ]),
    complete
      ? 'The history of the store is known: totals are those of all its orders from now on.'
      : 'The history of the store is not known in full, so totals that Mautic held before stay as they are.',
  ];
}

function exampleLines(examples: readonly BackfillExample[]): readonly string[] {
  if (examples.length === 0) return [];
  const rows = examples.flatMap(({ ref, isNew, differences }) =>
    differences.map(({ field, before, after }, index) => [
      index === 0 ? `${ref}${isNew ? ' (new)' : ''}` : '',
      field,
      short(before),
      short(after),
    ]),
  );
  return [
    'Examples:',
    ...tableLines(['contact of', 'field', 'in Mautic', 'then'], rows).map((line) => `  ${line}`),
  ];
}

const MOST_CHARACTERS = 40;

function short(value: string | null): string {
  if (value === null) return '-';
  return value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS)}…` : value;
}

function skippedLines(skipped: Readonly<Record<string, number>>, about: string): readonly string[] {
  return Object.keys(skipped).length === 0 ? [] : [`Of no person, by reason: ${about}${listOf(skipped)}.`];
}

function listOf(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, count]) => `${name} ${String(count)}`).join(', ');
}

function duration(seconds: number): string {
  if (seconds < 90) return counted(Math.max(1, seconds), 'second');
  return seconds < 5_400
    ? counted(Math.round(seconds / 60), 'minute')
    : `${(seconds / 3_600).toFixed(1)} hours`;
}
