import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLedger } from '../../../../lib/aws/ledger/ledger.ts';
import { startDynalite } from '../../../../lib/local/aws/dynalite-server.ts';
import { contact, emailOf } from '../../../contracts/samples.ts';
import { createTable, dynamoDBAt } from '../../support/table.ts';

const ADA = contact('ada');
const EMAIL = emailOf('ada');

let server: Awaited<ReturnType<typeof startDynalite>>;
let clients: DynamoDBClient[];
let tableName: string;

beforeAll(async () => {
  server = await startDynalite();
  clients = [];
  tableName = await createTable(client());
});

afterAll(async () => {
  for (const one of clients) one.destroy();
  await server.close();
});

function client(): DynamoDBClient {
  const made = dynamoDBAt(server.url);
  clients.push(made);
  return made;
}

/** A ledger in which something happens right before its update of this number. */
function interrupted(update: number, happen: () => Promise<unknown>) {
  const slow = client();
  let updates = 0;
  slow.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName === UpdateItemCommand.name) updates += 1;
        if (commandName === UpdateItemCommand.name && updates === update) await happen();
        return next(args);
      },
    { step: 'initialize' },
  );
  return createLedger({ client: slow, tableName });
}

it.each(['wantLater', 'introduceLater'] as const)(
  'somebody whose live work ends while what can wait is added to it stays on a list (%s)',
  async (how) => {
    const ledger = createLedger({ client: client(), tableName });
    const before = (await ledger.want(ADA, EMAIL, 1000)).wanted;
    // The first finds live work, the second that it is not in step.
    const other = interrupted(3, () => ledger.settle(ADA, before, {}));

    if (how === 'wantLater') await other.wantLater(ADA, 2000);
    else await other.introduceLater(ADA, EMAIL, 2000);

    expect(await ledger.profile(ADA)).toMatchObject({
      wanted: before + 1,
      synced: before,
      work: 'later',
      due: 2000,
    });
    await ledger.settle(ADA, before + 1, {});
  },
);
