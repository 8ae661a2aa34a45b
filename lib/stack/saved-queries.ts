import { Stack } from 'aws-cdk-lib';
import { QueryDefinition, QueryString, type QueryStringProps } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { BridgeFunction } from './functions/bridge-function.ts';

interface Props {
  readonly functions: Readonly<Record<string, BridgeFunction>>;
}

/** What a reader of a thread wants to see, whoever wrote the line. */
const THREAD = [
  '@timestamp',
  'service',
  'level',
  'message',
  'ref',
  'order',
  'contact',
  'outcome',
  'version',
  'wrote',
  'effect',
  'code',
  'remedy',
];

/** Put in for what the reader knows. */
const ORDER = 'order/<store>/<number>';
const CONTACT = '<key of the contact>';

/** The questions of somebody on call, ready in Logs Insights, in a folder called like the stack. */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, { functions }: Props) {
    super(scope, id);
    const logGroups = Object.values(functions).map(({ logs }) => logs);
    const folder = Stack.of(this).stackName;
    for (const [key, { name, query }] of Object.entries(QUERIES))
      new QueryDefinition(this, key, {
        queryDefinitionName: `${folder}/${name}`,
        queryString: new QueryString(query),
        logGroups,
      });
  }
}

const QUERIES = {
  Order: {
    name: 'What happened to an order',
    query: {
      fields: THREAD,
      filterStatements: [`ref = "${ORDER}" or order = "${ORDER}"`],
      sort: '@timestamp asc',
      limit: 1000,
    },
  },
  Contact: {
    name: 'What happened to a contact',
    query: {
      fields: THREAD,
      filterStatements: [`contact = "${CONTACT}"`],
      sort: '@timestamp asc',
      limit: 1000,
    },
  },
  Complaints: {
    name: 'What the functions complain of',
    query: {
      filterStatements: ['level in ["WARN", "ERROR"]'],
      statsStatements: ['count() as times, max(@timestamp) as last by level, service, message'],
      sort: 'last desc',
    },
  },
  Refused: {
    name: 'What was put off or parked, and why',
    query: {
      fields: THREAD,
      filterStatements: ['ispresent(contact) and level in ["WARN", "ERROR"]'],
      sort: '@timestamp desc',
      limit: 200,
    },
  },
} satisfies Readonly<Record<string, { readonly name: string; readonly query: QueryStringProps }>>;
