import type { Failure } from '../../core/ledger/failure.ts';

/**
 * What `{"success":false,"failed":…}` means (recording 570). The text is that of the mailer, which is never
 * translated; it can hold the address, so it is not passed on. Only what certainly happened before the mail was
 * handed over, or was refused in so many words, may be tried again or given up; the rest is in doubt.
 */
export function transportFailure(why: unknown, path: string): Failure {
  // An empty list is no error of the mailer: Mautic 4 and 7 skip who asked not to be mailed.
  if (Array.isArray(why) && why.length === 0) return declined(path);
  const text = textOf(why);
  if (NEVER_HANDED_OVER.test(text)) return transport('retry', path);
  const code = Number(/\bgot code "(\d{3})"/.exec(text)?.[1]);
  if (code >= 400 && code < 500) return transport('retry', path);
  return code >= 500 && code < 600 ? refused(path) : transport('unknown', path);
}

/** Connecting and logging in come before anything of the mail is sent. */
const NEVER_HANDED_OVER = /^(Connection could not be established|Failed to authenticate on SMTP server)/;

function textOf(why: unknown): string {
  const first: unknown = Array.isArray(why) ? why[0] : why;
  return typeof first === 'string' ? first : '';
}

function transport(kind: 'retry' | 'unknown', path: string): Failure {
  const message = `Mautic's mailer failed at ${path}. Check its e-mail settings; its log in var/logs says why.`;
  return { kind, code: 'mail-transport', message };
}

function refused(path: string): Failure {
  const message = `The mail server refused what Mautic sent at ${path}. Mautic's log in var/logs says why.`;
  return { kind: 'park', code: 'mail-refused', message };
}

function declined(path: string): Failure {
  const message = `Mautic sent nothing at ${path}: the contact must not be mailed. Allow the e-mail to be sent nevertheless in Mautic.`;
  return { kind: 'park', code: 'mail-declined', message };
}
