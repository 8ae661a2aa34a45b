import type { APIGatewayProxyEventV2, SQSEvent } from 'aws-lambda';
import type { Store } from '../../core/policy/configuration/store.ts';
import type { Contacts, Things } from '../../core/ports/ledger.ts';
import type { Source } from '../../core/stores/source.ts';
import type { HttpAnswer } from '../gateway/http-response.ts';
import type { Handler } from '../gateway/invocation.ts';
import { answerTold } from './answers.ts';
import { tellContacts } from './contacts.ts';
import { tellDeliveries } from './deliveries.ts';
import type { Say } from './line.ts';

export interface ConsoleParts {
  readonly stores: readonly Store[];
  readonly sourceOf: (kind: Store['kind']) => Source;
  readonly ledger: Things & Contacts;
  readonly say: Say;
}

interface Queued {
  readonly record: Handler<SQSEvent>;
  readonly sync: Handler<SQSEvent>;
}

/** Tells, each by itself, what becomes of deliveries and contacts, without an address. */
export interface Console {
  /** The functions, unchanged in what they do, with what they tell. */
  tell<Functions extends Queued>(functions: Functions): Functions;
  /** A delivery was answered. */
  readonly answered: (event: APIGatewayProxyEventV2, answer: HttpAnswer) => void;
}

/** The console of a local bridge. */
export function createConsole({ stores, sourceOf, ledger, say }: ConsoleParts): Console {
  return {
    tell: (functions) => ({
      ...functions,
      record: tellDeliveries(functions.record, { stores, sourceOf, things: ledger, say }),
      sync: tellContacts(functions.sync, { contacts: ledger, say }),
    }),
    answered: (event, answer) => {
      const id = event.pathParameters?.store?.replace(/\/$/, '');
      const { kind } = stores.find((store) => store.id === id) ?? {};
      const told = answerTold(event, answer, kind && sourceOf(kind).headers.topic);
      if (told !== undefined) say(told);
    },
  };
}
