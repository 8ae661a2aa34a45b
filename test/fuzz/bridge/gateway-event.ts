import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { createEvent } from '../../../lib/local/gateway/http-event.ts';
import type { Request } from '../inputs/input.ts';

/** Never connected: requests only need one to be made. */
const SOCKET = new Socket();

/** The event that API Gateway makes of a request: text as it is, everything else in base64. */
export function gatewayEvent({ store, headers, body }: Request): APIGatewayProxyEventV2 {
  const message = new IncomingMessage(SOCKET);
  message.method = 'POST';
  message.httpVersion = '1.1';
  message.url = `/webhooks/${encodeURIComponent(store.toWellFormed())}`;
  message.rawHeaders = headers.flat();
  const route = { routeKey: 'POST /webhooks/{store+}', pathParameters: { store } };
  return createEvent(message, route, body);
}
