import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import { closeServer, listenOnLoopback } from '../../lib/local/aws/loopback.ts';

const Question = v.strictObject({
  logGroupName: v.string(),
  startTime: v.number(),
  filterPattern: v.pipe(v.string(), v.maxLength(1024)),
  nextToken: v.optional(v.string()),
});
type LogQuestion = v.InferOutput<typeof Question>;

/** What CloudWatch answers to the questions in their order; a group that is not there when there is no answer. */
export interface LogGroups {
  readonly [group: string]: readonly (readonly string[])[];
}

/** Refusals that come before any answer. */
export interface LogRefusal {
  readonly status: number;
  readonly type: string;
}

/**
 * CloudWatch Logs as far as FilterLogEvents goes, on 127.0.0.1: each group has its pages, in the AWS JSON protocol 1.1.
 * It does not look at the pattern: like the real one it may show more than was asked for, after a change of its terms.
 */
export async function startCloudWatchLogs(groups: LogGroups, refusals: readonly LogRefusal[] = []) {
  const questions: LogQuestion[] = [];
  const waiting = [...refusals];
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const answer = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(body));
    };
    const body = await text(request);
    const isSigned = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/[\w-]+\/logs\/aws4_request, /.test(
      request.headers.authorization ?? '',
    );
    if (!isSigned) return answer(400, { __type: 'MissingAuthenticationTokenException', message: 'unsigned' });
    if (request.headers['x-amz-target'] !== 'Logs_20140328.FilterLogEvents')
      return answer(400, { __type: 'UnknownOperationException' });
    const question = v.parse(v.pipe(v.string(), v.parseJson(), Question), body);
    questions.push(question);
    const refusal = waiting.shift();
    if (refusal)
      return answer(refusal.status, { __type: refusal.type, message: 'not now, anna@example.test' });
    const pages = groups[question.logGroupName];
    if (!pages)
      return answer(400, { __type: 'com.amazonaws.logs#ResourceNotFoundException', message: 'none' });
    const page = Number(question.nextToken ?? 0);
    const events = (pages[page] ?? []).map((message) => ({ message, timestamp: question.startTime }));
    return answer(200, { events, ...(page + 1 < pages.length && { nextToken: String(page + 1) }) });
  };
  const server = createServer((request, response) => void serve(request, response));
  const url = await listenOnLoopback(server);
  return { url, questions, close: () => closeServer(server) };
}
