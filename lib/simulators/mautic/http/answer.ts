/** What the simulator answers: a status, headers beyond the usual ones, and a body (a string is sent as it is). */
export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Answers of Mautic's listeners (401, 404 by URL, opaque 500) carry no `Mautic-Version` header. */
  readonly anonymous?: boolean;
};

/** One refused field: the messages of its constraints. */
export type Refusal = { readonly field: string; readonly message: string; readonly status: 400 | 422 };

/** Status 200 with a JSON body. */
export function ok(body: unknown): Answer {
  return { status: 200, body };
}

/** Status 201 with the path of the new thing (recording 038). */
export function created(location: string, body: unknown): Answer {
  return { status: 201, headers: { Location: location }, body };
}

/** An error made by a controller: `code`, `message`, `details` (recordings 050, 052, 123). */
export function refusal(code: number, message: string, details: unknown = []): Answer {
  return { status: code, body: { errors: [{ code, message, details }] } };
}

/** The item is unknown by id (recording 050). */
export function itemNotFound(): Answer {
  return refusal(404, 'Item was not found.');
}

/** The contact of a sub-resource is unknown (recordings 379, 398). */
export function contactNotFound(): Answer {
  return refusal(404, 'Contact not found.');
}

/** The user lacks the permission (recordings 575-579). */
export function accessDenied(): Answer {
  return refusal(403, 'You do not have access to the requested area/action.');
}

/** An exception whose text Mautic hides: the opaque 400 and 500 (recordings 056, 117, 146). */
export function opaqueError(code: 400 | 500): Answer {
  const message = `Looks like I encountered an error (error #${code}). If I do it again, please report me to the system administrator!`;
  return { status: code, anonymous: true, body: { errors: [{ message, code, type: null }] } };
}

/** A URL no route matches, a wrong method or a trailing slash (recordings 051, 127, 334, 335, 337). */
export function urlNotFound(path: string): Answer {
  const message = `Requested URL not found: ${path}`;
  return { status: 404, anonymous: true, body: { errors: [{ message, code: 404, type: null }] } };
}

/** An error made by the authentication listeners and the token endpoint (recordings 001-037, 563-566). */
export function listenerError(code: number, type: string, message: string): Answer {
  return { status: code, anonymous: true, body: { errors: [{ message, code, type }] } };
}

/** The body entry for a refused form: all messages joined, the last message per field (recording 074). */
export function formError(refusals: readonly Refusal[]): {
  code: number;
  message: string;
  details: Record<string, string[]>;
} {
  const details: Record<string, string[]> = {};
  for (const { field, message } of refusals) details[field] = [message];
  return {
    code: refusals.some((one) => one.status === 422) ? 422 : 400,
    message: refusals.map((one) => `${one.field}: ${one.message}`).join(', '),
    details,
  };
}

/** The answer of a refused form in a single call; in a batch the entry also has `type: null`. */
export function formRefusal(refusals: readonly Refusal[]): Answer {
  const error = formError(refusals);
  return { status: error.code, body: { errors: [error] } };
}
