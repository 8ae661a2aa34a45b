import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { closeServer, listenOnLoopback } from '../../lib/local/aws/loopback.ts';

/** Stacks by name, with their outputs. */
export type Stacks = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * CloudFormation as far as DescribeStacks goes, on 127.0.0.1: its answers as AWS documents them, a stack that is not
 * there included.
 */
export async function startCloudFormation(stacks: Stacks) {
  const regions: string[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const asked = new URLSearchParams(await text(request));
    regions.push(/\/\d{8}\/([\w-]+)\/cloudformation\//.exec(request.headers.authorization ?? '')?.[1] ?? '');
    const name = asked.get('StackName') ?? '';
    const outputs = stacks[name];
    response.writeHead(outputs ? 200 : 400, { 'content-type': 'text/xml' });
    response.end(outputs ? described(name, outputs) : unknown(name));
  };
  const server = createServer((request, response) => void serve(request, response));
  const url = await listenOnLoopback(server);
  return { url, regions, close: () => closeServer(server) };
}

const NAMESPACE = 'xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"';

function described(name: string, outputs: Stacks[string]): string {
  const members = Object.entries(outputs).map(
    ([key, value]) =>
      `<member><OutputKey>${key}</OutputKey><OutputValue>${value.replaceAll('&', '&amp;')}</OutputValue></member>`,
  );
  return `<DescribeStacksResponse ${NAMESPACE}><DescribeStacksResult><Stacks><member><StackName>${name}</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>UPDATE_COMPLETE</StackStatus><Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></DescribeStacksResponse>`;
}

function unknown(name: string): string {
  return `<ErrorResponse ${NAMESPACE}><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id ${name} does not exist</Message></Error><RequestId>1</RequestId></ErrorResponse>`;
}
