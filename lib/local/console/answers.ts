import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as v from 'valibot';
import { type Told, wordOf } from './line.ts';

/** What the function said; the gateway itself answers in the same way. */
const Said = v.pipe(v.string(), v.parseJson(), v.object({ message: v.string() }));

/** What `ingest` says to a store that only tries whether a webhook arrives. */
const PONG = 'pong';

/** How a request was answered. */
interface Answer {
  readonly statusCode: number;
  readonly body: string | Buffer;
}

/**
 * What to tell of a delivery that does not get as far as the ledger: refused, ignored or failed. `undefined` for one that
 * was accepted, of which more is told when it is recorded. `topicHeader` is where the store, if there is one of this
 * name, names its topic.
 */
export function answerTold(
  { headers }: Pick<APIGatewayProxyEventV2, 'headers'>,
  { statusCode, body }: Answer,
  topicHeader: string | undefined,
): Told | undefined {
  const said = v.safeParse(Said, body.toString());
  const message = said.success ? said.output.message : '';
  if (message === 'accepted') return undefined;
  if (message === PONG)
    return {
      about: 'delivery',
      what: 'ping',
      which: '',
      outcome: 'the store tried a webhook: it comes here',
      tone: 'quiet',
    };
  const outcome = statusCode === 200 ? message : `answered ${String(statusCode)}: ${message}`;
  const topic = topicHeader === undefined ? undefined : headers[topicHeader];
  const tone = statusCode === 200 ? 'quiet' : 'bad';
  return { about: 'delivery', what: wordOf(topic, 'a request'), which: '', outcome, tone };
}
