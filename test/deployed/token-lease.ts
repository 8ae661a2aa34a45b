import assert from 'node:assert/strict';
import { claimKey } from '../../lib/aws/ledger/table/keys.ts';
import { invoke } from './account.ts';
import { eventually } from './contacts.ts';
import type { Deployed } from './deployment.ts';
import type { Site } from './site.ts';

const HOUR_MS = 3_600_000;

/** The token of Mautic is renewed while somebody else is at it, who gives it up once that was seen. */
export async function renewBehindAnother(
  { shell, emulator }: Pick<Site, 'shell' | 'emulator'>,
  { stack, outputs }: Deployed,
): Promise<void> {
  const { pk, sk } = claimKey('LEASE', 'mautic-token');
  const key = { pk: { S: pk }, sk: { S: sk } };
  const other = {
    holder: { S: 'another' },
    nonce: { S: 'another' },
    until: { N: String(Date.now() + HOUR_MS) },
  };
  const table = ['--table-name', outputs['LedgerTable'] ?? ''];
  await shell.aws('dynamodb', 'put-item', ...table, '--item', JSON.stringify({ ...key, ...other }));
  const renewed = invoke(shell, stack, 'renewtokenFunction');
  // Whoever waits for it hears of it.
  renewed.catch(() => undefined);
  await eventually(async () => {
    const decisions = await emulator.decisions();
    assert.ok(
      decisions.some(({ role, action }) => role.includes('renewtoken') && action === 'dynamodb:GetItem'),
    );
  });
  await shell.aws('dynamodb', 'delete-item', ...table, '--key', JSON.stringify(key));
  await renewed;
}
