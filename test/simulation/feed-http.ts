import { succeeded } from '../../lib/core/ledger/failure.ts';
import type { Http } from '../../lib/http.ts';
import { answerRest, NAMESPACE } from '../../lib/simulators/fluentcart/rest/routes.ts';
import type { FluentShop } from '../../lib/simulators/fluentcart/shop.ts';

/** The shop's REST API without a network: what stands in between is the world's business. */
export function feedHttp(shop: FluentShop): Http {
  return {
    request: async ({ method, path, body }) => {
      const { pathname, searchParams: params } = new URL(path, 'https://fluent.example.test');
      const answer = answerRest(shop, { method, path: pathname.slice(NAMESPACE.length), params, body });
      const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
      const isJson = typeof answer.body !== 'string';
      const headers = {
        date: new Date(shop.now()).toUTCString(),
        'content-type': isJson ? 'application/json; charset=UTF-8' : 'text/html; charset=UTF-8',
      };
      const parsed = isJson ? (JSON.parse(text) as object) : undefined;
      return succeeded({ status: answer.status, headers, body: parsed, text });
    },
    close: () => undefined,
  };
}
