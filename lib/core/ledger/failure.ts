/**
 * A failure is a value whose kind says what happens next (design, "Sync").
 * Messages say what, which id, and the remedy; never personal data.
 */
export type Failure = Reason & {
  /** Of something that many need: it says nothing about the one for whom it was needed. */
  readonly shared?: true;
};

type Reason =
  /** Refused before anything was done (429, 503, connection refused): later, each time longer. */
  | {
      readonly kind: 'retry';
      readonly code: string;
      readonly message: string;
      readonly retryAfterMs?: number;
      /** HTTP status of a page that stands in Mautic's place. */
      readonly status?: number;
    }
  /** The answer never came or says nothing: it may have been done. Look before acting again. */
  | {
      readonly kind: 'unknown';
      readonly code: string;
      readonly message: string;
      /** HTTP status of a page that stands in Mautic's place. */
      readonly status?: number;
    }
  /** The request can be mended: drop or cut what the answer names, or find the contact by its e-mail. */
  | { readonly kind: 'repair'; readonly code: string; readonly message: string; readonly rejected: Rejected }
  /** Credentials are refused. */
  | { readonly kind: 'authorise'; readonly code: string; readonly message: string }
  /** Permanent: keep with its reason until somebody acts. */
  | { readonly kind: 'park'; readonly code: string; readonly message: string };

/** Field alias → why Mautic refused its value. */
export type Rejected = Readonly<Record<string, Rejection>>;

export type Rejection =
  | { readonly why: 'too-long'; readonly limit: number }
  | { readonly why: 'not-allowed' }
  | { readonly why: 'not-unique' };

/** A value or the failure that took its place. */
export type Outcome<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: Failure };

export function succeeded<Value>(value: Value): Outcome<Value> {
  return { ok: true, value };
}

/** A failure of a token, a field, a tag or a whole batch, for one of those who needed it. */
export function sharedBy(failure: Failure): Failure {
  return { ...failure, shared: true };
}

export function failed<Value = never>(failure: Failure): Outcome<Value> {
  return { ok: false, failure };
}
