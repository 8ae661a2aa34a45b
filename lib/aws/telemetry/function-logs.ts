import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SignatureV4 } from '@smithy/signature-v4';
import * as v from 'valibot';
import { NAMING, type Thread } from '../../core/ledger/telemetry/logged.ts';
import type { ReadLogs, Sayings } from '../../core/ports/logs.ts';
import type { Clock } from '../../core/ports/telemetry.ts';
import { awsTimeoutMs, LONGEST_RUN, logsEndpoint } from '../../environment.ts';
import { scrub } from './scrub.ts';

interface LogSettings {
  /** Any AWS client: its region, credentials and hash are used. */
  readonly client: Pick<SecretsManagerClient, 'config'>;
  /** The name of the stack, by which the log groups of its functions are called. */
  readonly stack: string;
  readonly clock: Pick<Clock, 'sleep'>;
}

const TRY_MS = 30_000;
/** Five questions a second are allowed; whoever asks more often is told to slow down. */
const TRIES = 6;
const PAUSE_MS = 1_000;
/** A pattern may not be longer. */
const LONGEST_PATTERN = 1_024;

const Page = v.object({
  events: v.optional(v.array(v.object({ message: v.string() })), []),
  nextToken: v.optional(v.string()),
});
const Refusal = v.object({ __type: v.string(), message: v.optional(v.string(), '') });

/**
 * The logs of the functions of a stack in CloudWatch, read by FilterLogEvents, which costs nothing; requests are signed
 * here, as of one operation no client is worth loading. Each batch is a page.
 * The iteration throws an Error that says what to do when AWS does not answer or the credentials may not read them.
 */
export function createFunctionLogs(settings: LogSettings): ReadLogs {
  const ask = createQuestion(settings);
  return async function* readLogs(asked, since) {
    const names = 'service' in asked ? [asked.service] : Object.keys(LONGEST_RUN);
    for (const name of names) {
      const question = {
        logGroupName: `/aws/lambda/${settings.stack}/${name}`,
        startTime: since,
        filterPattern: 'service' in asked ? sayingsPattern(asked) : threadPattern(asked),
      };
      let nextToken: string | undefined;
      do {
        const page = await ask({ ...question, ...(nextToken !== undefined && { nextToken }) });
        yield page.events.map(({ message }) => message);
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
    }
  };
}

function sayingsPattern({ messages }: Sayings): string {
  return `{ ${messages.map((message) => `($.message = ${JSON.stringify(message)})`).join(' || ')} }`;
}

/** As many of the orders as fit. */
function threadPattern({ refs, contact }: Thread): string {
  const person = contact === undefined ? [] : [`($.${NAMING.person} = ${JSON.stringify(contact)})`];
  const things = refs.map((ref) =>
    NAMING.things.map((name) => `($.${name} = ${JSON.stringify(ref)})`).join(' || '),
  );
  let pattern = '';
  for (const clause of [...person, ...things]) {
    const longer = pattern === '' ? clause : `${pattern} || ${clause}`;
    if (longer.length + 4 > LONGEST_PATTERN) break;
    pattern = longer;
  }
  return `{ ${pattern} }`;
}

type Question = Readonly<Record<string, string | number>>;

function createQuestion({ client, clock }: LogSettings) {
  const send = createSender(client);
  return async function ask(question: Question): Promise<v.InferOutput<typeof Page>> {
    for (let tries = 1; ; tries += 1) {
      const response = await send(question);
      const text = await response.text();
      if (response.ok) return v.parse(v.pipe(v.string(), v.parseJson(), Page), text);
      const refusal = refusalIn(text);
      // A stack of a version that did not have the function yet.
      if (refusal.code === 'ResourceNotFoundException') return { events: [] };
      if (!isPassing(response, refusal) || tries === TRIES) throw refused(response.status, refusal);
      await clock.sleep(PAUSE_MS * tries);
    }
  };
}

function createSender({ config }: LogSettings['client']): (question: Question) => Promise<Response> {
  const { region, credentials, sha256 } = config;
  const signer = new SignatureV4({ service: 'logs', region, credentials, sha256 });
  return async function send(question) {
    const url = urlOf(await region());
    const { hostname, port, protocol, host } = url;
    const body = JSON.stringify(question);
    const headers = {
      host,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'Logs_20140328.FilterLogEvents',
    };
    const plain = { method: 'POST', protocol, hostname, path: '/', headers, body, query: {} };
    const signed = await signer.sign(port === '' ? plain : { ...plain, port: Number(port) });
    const { host: _host, ...sent } = signed.headers;
    const signal = AbortSignal.timeout(awsTimeoutMs(TRY_MS));
    return fetch(url, { method: 'POST', headers: sent, body, signal }).catch((cause: unknown) => {
      throw new Error(UNREACHABLE, { cause });
    });
  };
}

function isPassing({ status }: Response, { code }: RefusalSaid): boolean {
  return code === 'ThrottlingException' || status >= 500;
}

const UNREACHABLE = 'CloudWatch Logs could not be asked: look at your credentials and at the network.';

interface RefusalSaid {
  readonly code: string;
  readonly message: string;
}

function refusalIn(text: string): RefusalSaid {
  const refusal = v.safeParse(v.pipe(v.string(), v.parseJson(), Refusal), text);
  if (!refusal.success) return { code: '', message: '' };
  const { __type: type, message } = refusal.output;
  return { code: type.split('#').at(-1) ?? '', message };
}

function refused(status: number, { code, message }: RefusalSaid): Error {
  if (code === 'AccessDeniedException')
    return new Error('Your credentials may not read the logs: they need logs:FilterLogEvents.');
  return new Error(`CloudWatch Logs answered ${String(status)} ${code}: ${scrub(message)}`);
}

function urlOf(region: string): URL {
  const suffix = region.startsWith('cn-') ? '.cn' : '';
  return new URL(logsEndpoint() ?? `https://logs.${region}.amazonaws.com${suffix}`);
}
