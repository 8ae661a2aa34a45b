/** What goes out; `body` is JSON, or text for a page. */
export interface FueAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

export interface FueRequest {
  readonly method: string;
  /** Below `/fue-api/v1`, without a slash at the end. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  /** Scheme and host, without the port: as the plugin writes links. */
  readonly origin: string;
}

export function refused(status: number, code: string, message: string): FueAnswer {
  return { status, body: { errors: [{ code, message }] } };
}

/** An error of PHP, as WordPress 6.9 answers it. */
export function fatal(): FueAnswer {
  const message =
    '<p>There has been a critical error on this website.</p><p><a href="https://wordpress.org/documentation/article/faq-troubleshooting/">Learn more about troubleshooting WordPress.</a></p>';
  const body = { code: 'internal_server_error', message, data: { status: 500 }, additional_errors: [] };
  return { status: 500, body };
}

export function noRoute(): FueAnswer {
  return refused(404, 'fue_api_no_route', 'No route was found matching the URL and request method');
}

export function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
