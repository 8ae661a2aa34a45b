/** What the simulated REST API answers. */
export interface RestAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export function ok(body: unknown, status = 200): RestAnswer {
  return { status, body };
}

/** WordPress' error (facts/woocommerce §4). */
export function restError(status: number, code: string, message: string): RestAnswer {
  return { status, body: { code, message, data: { status } } };
}

/** PHP died: what WordPress says then. */
export const CRITICAL = restError(
  500,
  'internal_server_error',
  'There has been a critical error on this website.',
);

/** Recording `err-400-bad-param`. */
export function invalidParameter(name: string, message: string): RestAnswer {
  const text = `Invalid parameter(s): ${name}`;
  const data = { status: 400, params: { [name]: message } };
  return { status: 400, body: { code: 'rest_invalid_param', message: text, data } };
}
