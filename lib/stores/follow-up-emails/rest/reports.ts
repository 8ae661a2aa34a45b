import * as v from 'valibot';
import type { Outcome } from '../../../core/ledger/failure.ts';
import type { PluginClient } from './client.ts';
import { Count, Id, Instant, OptionalId, Text } from './fields.ts';
import { type Page, type Paging, pageOf } from './paging.ts';

/** Somebody who asked for no more e-mails: of one order or of all, which the list does not tell apart. */
const OptOut = v.pipe(
  v.object({ email_name: Text, email_address: v.string(), date: Instant }),
  v.transform(({ email_name, email_address, date }) => ({
    emailName: email_name,
    email: email_address,
    at: date,
  })),
);
type OptOut = v.InferOutput<typeof OptOut>;

const EmailReport = v.pipe(
  v.object({ email: Text, email_trigger: Text, num_sent: Count, num_opens: Count, num_clicks: Count }),
  v.transform(({ email, email_trigger, num_sent, num_opens, num_clicks }) => ({
    email,
    trigger: email_trigger,
    sent: num_sent,
    opens: num_opens,
    clicks: num_clicks,
  })),
);
type EmailReport = v.InferOutput<typeof EmailReport>;

const Seen = v.pipe(
  v.object({
    queue_id: Id,
    email_id: OptionalId,
    user_id: OptionalId,
    email: Text,
    target_url: v.fallback(v.optional(v.string()), undefined),
    date_added: Text,
  }),
  v.transform((seen) => ({
    queueId: seen.queue_id,
    emailId: seen.email_id,
    userId: seen.user_id,
    email: seen.email,
    /** Of a click. */
    url: seen.target_url,
    addedText: seen.date_added,
  })),
);
type Seen = v.InferOutput<typeof Seen>;

const ClickRate = v.object({ email_id: Id, clicks: Count, opens: Count, ctor: Count });
type ClickRate = v.InferOutput<typeof ClickRate>;
const UserReport = v.object({ id: Id, name: Text, sent: Count, opens: Count, clicks: Count });
type UserReport = v.InferOutput<typeof UserReport>;

/** UTC, `YYYY-MM-DD`. */
interface Period extends Paging {
  readonly from?: string;
  readonly to?: string;
}

/** Everything below `/reports`. */
export interface ReportsApi {
  reports(): Promise<Outcome<readonly string[]>>;
  emailReports(paging: Paging): Promise<Outcome<Page<EmailReport>>>;
  clicks(question: Period): Promise<Outcome<Page<Seen>>>;
  opens(question: Period): Promise<Outcome<Page<Seen>>>;
  clickRates(): Promise<Outcome<readonly ClickRate[]>>;
  userReports(paging: Paging): Promise<Outcome<Page<UserReport>>>;
  /** Newest first. An address that is on the list once never comes to its first page again. */
  optOuts(paging: Paging): Promise<Outcome<Page<OptOut>>>;
}

export function reportsOf(client: PluginClient): ReportsApi {
  function list<Item>(row: v.GenericSchema<unknown, Item>, path: string, name: string) {
    return ({ page, limit, from, to }: Period) =>
      pageOf(client, {
        path,
        filter: { ...(from !== undefined && { date_from: from }), ...(to !== undefined && { date_to: to }) },
        paging: { page, ...(limit !== undefined && { limit }) },
        rows: rowsIn(name),
        row,
      });
  }
  return {
    reports: () =>
      client.read({ method: 'GET', path: '/reports' }, v.pipe(rowsIn('reports'), v.array(v.string()))),
    emailReports: list(EmailReport, '/reports/emails', 'emails'),
    clicks: list(Seen, '/reports/emails/clicks', 'clicks'),
    opens: list(Seen, '/reports/emails/opens', 'opens'),
    clickRates: () =>
      client.read(
        { method: 'GET', path: '/reports/emails/ctor' },
        v.pipe(rowsIn('ctor'), v.array(ClickRate)),
      ),
    userReports: list(UserReport, '/reports/users', 'users'),
    optOuts: list(OptOut, '/reports/excludes', 'optouts'),
  };
}

function rowsIn(name: string): v.GenericSchema<unknown, readonly unknown[]> {
  return v.pipe(
    v.looseObject({ [name]: v.array(v.unknown()) }),
    v.transform((body) => body[name] as readonly unknown[]),
  );
}
