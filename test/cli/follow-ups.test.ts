import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLedger } from '../../lib/aws/ledger/ledger.ts';
import { listing } from '../../lib/cli/commands/run/follow-ups.ts';
import { connection } from '../../lib/local/aws/connection.ts';
import { keyOf } from '../support/workshop.ts';
import { openLaptop } from './support/laptop.ts';

const ANNA = 'anna@example.test';
const policy = {
  followUps: [{ id: 'thanks', on: { status: 'completed' }, after: '3 days', send: { template: 7 } }],
};

/** A bridge that knows one person, who has bought nothing. */
async function opened(more: Parameters<typeof openLaptop>[0] = { policy }) {
  const laptop = await openLaptop(more);
  const client = new DynamoDBClient(connection(laptop.emulators.endpoints.dynamodb));
  onTestFinished(() => client.destroy());
  const ledger = createLedger({ client, tableName: laptop.resources.tableName });
  await ledger.want(keyOf(ANNA), ANNA, Date.now());
  return laptop;
}

describe('the list of follow-ups', () => {
  it('says of an address that nobody has that it is unknown', async () => {
    const { site, printed } = await opened();
    const nobody = { contact: keyOf('nobody@example.test'), why: true };

    await expect(listing(site, nobody)).rejects.toThrow(/^The ledger knows nothing of this person/);
    expect(printed).toEqual([]);
  });

  it('says of whom it knows that no rule is about anything of theirs', async () => {
    const { site, printed } = await opened();

    await listing(site, { contact: keyOf(ANNA), why: true });

    expect(printed).toEqual(['No rule is about anything that this person has.']);
  });

  it('says that nobody has anything that a rule is about', async () => {
    const { site, printed } = await opened();

    await listing(site, { contact: undefined, why: false });

    expect(printed).toEqual(['Nobody has anything that a rule is about.']);
  });

  it('says that there are no rules', async () => {
    const { site, printed } = await opened({});

    await listing(site, { contact: undefined, why: false });
    await listing(site, { contact: keyOf(ANNA), why: false });

    expect(printed).toEqual(['The policy has no follow-ups.', 'The policy has no follow-ups.']);
  });
});
