import { request } from 'node:http';
import { text } from 'node:stream/consumers';

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A request with whatever headers, which `fetch` would not send. */
export function ask(url: string, { method = 'GET', headers = {}, body }: Asked = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>(
    (resolve, reject) => {
      const sent = request(url, { method, headers, agent: false }, (response) => {
        const { statusCode: status = 0 } = response;
        text(response).then((said) => resolve({ status, headers: response.headers, text: said }), reject);
      });
      sent.once('error', reject);
      sent.end(body);
    },
  );
}
