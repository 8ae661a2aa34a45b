import middy from '@middy/core';
import httpErrorHandler from '@middy/http-error-handler';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { WebhookRequest } from '../../core/stores/source.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

type Answer = { readonly status: number; readonly message: string };

/**
 * A function behind `POST /webhooks/{store+}`, which also matches an address with a slash at its end: gives the pipeline the raw bytes (bodies that are no text arrive
 * base64-encoded), answers with JSON, and with a bland 500 if the pipeline throws.
 */
export function webhookDoor(
  work: (store: string, request: WebhookRequest) => Promise<Answer>,
  telemetry: Telemetry,
) {
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(
      httpErrorHandler({
        fallbackMessage: '{"message":"Something went wrong here; nothing is wrong with the request."}',
        logger: (error) => telemetry.log.error('A request could not be worked on', {}, error),
      }),
    )
    .handler(async (event) => {
      try {
        const { status, message } = await work(storeOf(event), requestOf(event));
        return { statusCode: status, headers: JSON_HEADERS, body: JSON.stringify({ message }) };
      } finally {
        telemetry.flush();
      }
    });
}

/** People and plugins add a slash; a store's id has none. */
function storeOf({ pathParameters }: APIGatewayProxyEventV2): string {
  return pathParameters?.store?.replace(/\/$/, '') ?? '';
}

const JSON_HEADERS = { 'content-type': 'application/json' };

function requestOf(event: APIGatewayProxyEventV2): WebhookRequest {
  const { body = '', isBase64Encoded, headers, queryStringParameters: query } = event;
  return { headers, ...(query && { query }), body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8') };
}
