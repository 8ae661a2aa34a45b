import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MauticSimulator } from '../../lib/simulators/mautic/simulator.ts';
import { type Comparable, comparable, NOTHING, wanted } from '../support/held.ts';
import type { ExpectedContact } from '../support/oracle.ts';

/** The schedule that rings for whoever is left behind comes every minute. */
const PATIENCE_MS = 200_000;

type Contacts = Readonly<Record<string, Comparable>>;

/** Waits until every contact of Mautic is exactly so, and there once. @throws Error with what differs. */
export async function untilHeld(
  mautic: MauticSimulator,
  expected: ReadonlyMap<string, ExpectedContact>,
): Promise<void> {
  await eventually(() => {
    const addresses = mautic.contacts().map(({ email = '' }) => email.toLowerCase());
    assert.equal(new Set(addresses).size, addresses.length, 'an address has two contacts');
    const right = Object.fromEntries([...expected].map(([email, contact]) => [email, wanted(contact)]));
    // Whom an order has left may stay, without anything of ours.
    const left = addresses.filter((email) => !expected.has(email)).map((email) => [email, NOTHING]);
    assert.deepEqual(heldBy(mautic), { ...Object.fromEntries(left), ...right });
  });
}

/** Waits until this contact is as expected, whatever others are. @throws Error with what differs. */
export async function untilOneIsHeld(
  mautic: MauticSimulator,
  expected: ReadonlyMap<string, ExpectedContact>,
  email: string,
): Promise<void> {
  const contact = expected.get(email);
  assert.ok(contact, `nothing is expected of ${email}`);
  await eventually(() => assert.deepEqual(heldBy(mautic)[email], wanted(contact)));
}

/** The addresses that Mautic has contacts for. */
export function addressesIn(mautic: MauticSimulator): readonly string[] {
  return Object.keys(heldBy(mautic)).sort();
}

/** Whoever has this address there. */
export function contactOf(mautic: MauticSimulator, address: string) {
  return mautic.contacts().find(({ email = '' }) => email.toLowerCase() === address);
}

/** Somebody writes these fields in Mautic. @throws Error when Mautic does not take it. */
export async function editContact(
  mautic: MauticSimulator,
  address: string,
  fields: Readonly<Record<string, string>>,
): Promise<void> {
  const id = contactOf(mautic, address)?.id;
  const answer = await fetch(`${mautic.url}/api/contacts/${String(id)}/edit`, {
    method: 'PATCH',
    headers: {
      authorization: `Basic ${Buffer.from('admin:mautic').toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(fields),
  });
  assert.equal(answer.status, 200);
}

function heldBy(mautic: MauticSimulator): Contacts {
  return Object.fromEntries(
    mautic.contacts().map(({ email = '', ...contact }) => [email.toLowerCase(), comparable(contact)]),
  );
}

/** What no waiting mends. */
export class WrongForGood extends Error {}

/** Waits until `check` no longer throws, and throws what it throws when that takes too long or is wrong for good. */
export async function eventually(check: () => void | Promise<void>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (error instanceof WrongForGood || Date.now() > end) throw error;
    }
    await sleep(500);
  }
}
