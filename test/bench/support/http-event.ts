import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type ShopDelivery, signedHeaders } from './shop.ts';

/** The event that an HTTP API makes of a webhook. */
export function httpEvent(delivery: ShopDelivery): APIGatewayProxyEventV2 {
  const path = '/webhooks/demo';
  const { host = '', ...headers } = signedHeaders(delivery);
  return {
    version: '2.0',
    routeKey: 'POST /webhooks/{store+}',
    rawPath: path,
    rawQueryString: '',
    headers: { ...headers, host, 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'https' },
    requestContext: {
      accountId: '000000000000',
      apiId: 'bench',
      domainName: host,
      domainPrefix: 'bench',
      http: {
        method: 'POST',
        path,
        protocol: 'HTTP/1.1',
        sourceIp: '192.0.2.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: 'bench',
      routeKey: 'POST /webhooks/{store+}',
      stage: '$default',
      time: '21/Nov/2026:23:07:47 +0000',
      timeEpoch: delivery.receivedAt,
    },
    pathParameters: { store: 'demo' },
    body: delivery.body,
    isBase64Encoded: false,
  };
}
