import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Claims, Contacts, Registers, Survey, Things } from '../../core/ports/ledger.ts';
import type { Clock } from '../../core/ports/telemetry.ts';
import { systemClock } from '../clock.ts';
import { createClaims } from './claims.ts';
import { createContacts } from './contacts/contacts.ts';
import { createRegisters } from './registers.ts';
import { createSurvey } from './survey.ts';
import { createThings } from './things/things.ts';

export interface LedgerSettings {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** Waits between tries when DynamoDB leaves keys unread, and says when something was written. */
  readonly clock?: Clock;
  /** Whether things are written packed, which versions that know the first form alone do not read. */
  readonly packing?: () => boolean;
}

/** The ledger's ports on the one DynamoDB table. */
export function createLedger({
  client,
  tableName,
  clock = systemClock,
  packing = () => false,
}: LedgerSettings): Things & Contacts & Claims & Registers & Survey {
  const table = { client: DynamoDBDocumentClient.from(client), name: tableName };
  return {
    ...createThings(table, clock, packing),
    ...createContacts(table, clock),
    ...createClaims(table),
    ...createRegisters(table),
    ...createSurvey(table),
  };
}
