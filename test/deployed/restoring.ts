import assert from 'node:assert/strict';
import { expectedContacts, type RawDelivery } from '../support/oracle.ts';
import { untilOneIsHeld } from './contacts.ts';
import { type Door, deliver, orderWith } from './deliveries.ts';
import { type Deployed, deploy } from './deployment.ts';
import { blocksOf } from './runbook.ts';
import type { Site } from './site.ts';
import { rawOf } from './told.ts';

/** What the chapter calls the table it restores into; the configuration of this run names it. */
export const RESTORED_TABLE = 'mautic-commerce-bridge-restored';

/** Whose orders are counted on both sides of it. */
const BUYER = 'helene@example.test';

/**
 * Walks through the chapter of the runbook word by word: the ledger is restored into a table of another name, the stack
 * takes that over, and whoever orders then is known from before. The emulator restores the table as it is now, whatever
 * moment is asked for.
 */
export async function restoreLedger(
  { shell, folders, mautic }: Site,
  door: Door,
  { production, told }: { readonly production: Deployed; readonly told: readonly RawDelivery[] },
): Promise<void> {
  const values = { LedgerTable: production.outputs['LedgerTable'] ?? '', moment: new Date().toISOString() };
  const [stop = '', restore = '', protect = '', start = '', replay = '', ...more] = blocksOf(
    'RestoreTheLedger',
    values,
  );
  assert.deepEqual(more, []);
  await shell.sh(folders.restored, stop);
  const order = orderWith({ id: 770_001, date_created_gmt: '2026-11-23T10:00:00' });
  // It waits in the queue while the ledger is away.
  assert.equal(await deliver(door, order), 200);
  await shell.sh(folders.restored, restore);
  await shell.sh(folders.restored, protect);
  const taken = await deploy(shell, folders.restored, 'production');
  assert.equal(taken.outputs['LedgerTable'], RESTORED_TABLE);
  await shell.sh(folders.restored, start);
  const counting = { counted: ['processing', 'completed'], tags: ['status', 'sku'] };
  await untilOneIsHeld(mautic.production, expectedContacts([...told, rawOf(order)], counting), BUYER);
  assert.match(await shell.sh(folders.restored, replay), /^[1-9]\d* selected, [1-9]\d* are tried/m);
}
