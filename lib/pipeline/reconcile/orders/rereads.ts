import type { Ref } from '../../../core/ledger/snapshot.ts';
import type { Registers } from '../../../core/ports/ledger.ts';
import { type Rereads, readRereads, rereadsOf } from '../../../core/stores/store-progress.ts';
import { MOST_IDS } from '../pages/take-in.ts';
import type { Visit } from '../visit.ts';
import { lookFor } from './look-for.ts';

type Waiting = Rereads['orders'];

/** `record` notes more at the same time; each try starts from what it left. */
const MAX_TRIES = 20;

/**
 * Reads the orders again of which a webhook said something else than was read of the same date: with some stores an
 * edit moves no date (facts/woocommerce §1.16), so that no cursor finds it. @returns false when the time was over before.
 */
export async function rereadOrders(trusting: Visit): Promise<boolean> {
  const visit = { ...trusting, mayBeUntold: true };
  const { parts, store, hasTime } = visit;
  const done = new Set<string>();
  for (;;) {
    const waiting = await waitingOf(parts.registers, store.id);
    const batch = waiting.filter(({ id }) => !done.has(id)).slice(0, MOST_IDS);
    // What a webhook told of since waits for the next run, or a busy order would keep everything else waiting.
    if (batch.length === 0) return true;
    if (!hasTime()) return false;
    await lookFor(
      visit,
      batch.map(({ id }): Ref => ({ kind: 'order', store: store.id, id })),
    );
    for (const { id } of batch) done.add(id);
    await forget(parts.registers, store.id, batch);
  }
}

/** The orders of a store that wait for being read again. */
export async function waitingOf(registers: Registers, store: string): Promise<Waiting> {
  const found = await registers.read(rereadsOf(store));
  return (found && readRereads(found.text)?.orders) ?? [];
}

/** Those of which no other webhook came meanwhile: that one may have changed the order after it was read. */
async function forget(registers: Registers, store: string, read: Waiting): Promise<void> {
  const register = rereadsOf(store);
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const found = await registers.read(register);
    const known = (found && readRereads(found.text)?.orders) ?? [];
    const orders = known.filter(({ id, noted }) => !read.some((one) => one.id === id && one.noted === noted));
    if (await registers.write(register, JSON.stringify({ orders }), found?.revision)) return;
  }
}
