import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import {
  type Edition,
  NOTHING_WRITTEN,
  type Standing,
  type Turn,
  type Written,
} from '../../../core/contact/contact.ts';
import { editionOf } from '../../../core/contact/edition.ts';
import type { Contacts } from '../../../core/ports/ledger.ts';
import { contactKey, WRITTEN } from '../table/keys.ts';
import { type Item, type Table, unlessConditionFails } from '../table/table.ts';

/** What the bridge may have put into Mautic for a contact: one item, of which each saving is an edition. */
export function createWritten({ client, name: TableName }: Table): Pick<Contacts, 'saveWritten'> {
  return {
    saveWritten: async (contact, written, turn) => {
      const Key = contactKey(contact, WRITTEN);
      const Item = { ...Key, written: JSON.stringify(written), ...(turn && editionItem(turn, written)) };
      const put = new PutCommand({ TableName, Item, ...(turn && ontoWhatWasRead(turn)) });
      if (await unlessConditionFails(() => client.send(put))) return undefined;
      const get = new GetCommand({ TableName, Key, ConsistentRead: true });
      return standingOf((await client.send(get)).Item);
    },
  };
}

/** What a WRITTEN item says. The cast holds because only `saveWritten` writes there. */
export function standingOf(item: Item | undefined): Standing {
  const { written, edition, openSince } = item ?? {};
  return {
    written: typeof written === 'string' ? (JSON.parse(written) as Written) : NOTHING_WRITTEN,
    ...(typeof edition === 'string' && {
      edition: { name: edition, ...(typeof openSince === 'number' && { openSince }) },
    }),
  };
}

function editionItem(turn: Turn, written: Written) {
  const { name, ...rest }: Edition = editionOf(turn, written);
  return { edition: name, ...rest };
}

/** A ledger of the version before has no editions: who read none may save where there is none. */
function ontoWhatWasRead({ author, onto }: Turn) {
  return {
    ConditionExpression: `${onto === undefined ? 'attribute_not_exists(edition)' : 'edition = :onto'} OR begins_with(edition, :author)`,
    ExpressionAttributeValues: { ':author': author, ...(onto !== undefined && { ':onto': onto }) },
  };
}
