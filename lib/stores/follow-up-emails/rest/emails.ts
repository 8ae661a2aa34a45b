import * as v from 'valibot';
import type { Outcome } from '../../../core/ledger/failure.ts';
import type { PluginClient } from './client.ts';
import { Flag, Id, LocalTime, Scope, Text } from './fields.ts';
import { optional } from './optional.ts';
import { type Page, type Paging, pageOf } from './paging.ts';
import { Requirements } from './requirements.ts';

const EmailFields = v.object({
  id: Id,
  created_at: LocalTime,
  type: Text,
  template: Text,
  name: Text,
  subject: Text,
  message: Text,
  status: Text,
  trigger: Text,
  interval: Text,
  duration: Text,
  always_send: Flag,
  product_id: Scope,
  category_id: Scope,
  campaigns: v.fallback(v.array(v.string()), []),
  requirements: Requirements,
});

/** An e-mail of Follow-Up Emails, as a list, `GET /emails/{id}` and a queue item have it. */
export const Email = v.pipe(
  v.object({ email: EmailFields }),
  v.transform(({ email }) => {
    const { created_at, always_send, product_id, category_id, interval, ...rest } = email;
    return {
      ...rest,
      createdAt: created_at,
      alwaysSend: always_send,
      /** With `duration`; `undefined` where there is none, as of a manual e-mail. */
      interval: /^\d+$/.test(interval) ? Number(interval) : undefined,
      productId: product_id,
      categoryId: category_id,
    };
  }),
);
export type Email = v.InferOutput<typeof Email>;

/** The maker's page shows a list of one where there is an object (`emails-get`). */
const OneEmail = v.pipe(
  v.union([v.tuple([v.unknown()]), v.unknown()]),
  v.transform((found) => (Array.isArray(found) ? found[0] : found)),
  Email,
);

const EmailType = v.object({
  id: v.string(),
  label: Text,
  /** Trigger → what it is called; an empty list where there is none. */
  triggers: v.fallback(v.record(v.string(), v.string()), {}),
});
type EmailType = v.InferOutput<typeof EmailType>;

const Template = v.pipe(
  v.object({
    template: v.object({
      id: v.string(),
      name: v.nullish(v.string()),
      sections: v.fallback(v.array(v.string()), []),
    }),
  }),
  v.transform(({ template }) => template),
);
type Template = v.InferOutput<typeof Template>;

type Duration = 'minutes' | 'hours' | 'days' | 'weeks' | 'months' | 'years' | 'date';

/** What an e-mail may be made with. */
interface NewEmail extends EmailChange {
  readonly type: 'storewide' | 'signup' | 'manual' | 'customer' | 'reminder';
  readonly name: string;
  readonly subject: string;
  readonly message: string;
}

interface EmailChange {
  readonly name?: string;
  readonly subject?: string;
  readonly message?: string;
  readonly template?: string;
  readonly status?: 'active' | 'inactive' | 'archived';
  readonly trigger?: string;
  readonly interval?: number;
  readonly duration?: Duration;
  readonly alwaysSend?: boolean;
  /** 0: of every product; without it a storewide e-mail never goes out, so that is what is sent for one. */
  readonly productId?: number;
  readonly categoryId?: number;
  readonly campaigns?: readonly string[];
  readonly trackingCode?: string;
  /** Only an edit keeps them: creating does that in a second call. */
  readonly requirements?: readonly {
    readonly condition: string;
    readonly value: string | readonly number[];
  }[];
}

interface EmailQuestion extends Paging {
  readonly type?: string;
  readonly status?: string;
  /** A campaign's slug. `GET /campaigns/{slug}` knows none with a hyphen, so it is asked for in this way. */
  readonly campaign?: string;
}

/** Everything below `/emails` but sending. */
export interface EmailsApi {
  emailTypes(): Promise<Outcome<Readonly<Record<string, EmailType>>>>;
  templates(): Promise<Outcome<readonly Template[]>>;
  emails(question: EmailQuestion): Promise<Outcome<Page<Email>>>;
  /** `undefined`: there is none of this id. One that was deleted is there, in status `trash`. */
  email(id: string): Promise<Outcome<Email | undefined>>;
  createEmail(email: NewEmail): Promise<Outcome<Email>>;
  changeEmail(id: string, change: EmailChange): Promise<Outcome<Email>>;
  /** Into the trash; what is queued of it is not sent. */
  deleteEmail(id: string): Promise<Outcome<void>>;
}

export function emailsOf(client: PluginClient): EmailsApi {
  async function changeEmail(id: string, change: EmailChange): Promise<Outcome<Email>> {
    return client.read({ method: 'POST', path: `/emails/${id}`, body: changeBody(change) }, OneEmail);
  }
  async function createEmail(email: NewEmail): Promise<Outcome<Email>> {
    const { requirements, ...rest } = email;
    const made = await client.read({ method: 'POST', path: '/emails', body: newBody(rest) }, OneEmail);
    if (!made.ok || requirements === undefined || requirements.length === 0) return made;
    return changeEmail(made.value.id, { requirements });
  }
  return {
    emailTypes: () => client.read({ method: 'GET', path: '/emails/types' }, v.record(v.string(), EmailType)),
    templates: () => client.read({ method: 'GET', path: '/emails/templates' }, v.array(Template)),
    emails: ({ page, limit, ...filter }) =>
      pageOf(client, {
        path: '/emails',
        filter: { ...filter },
        paging: { page, ...(limit !== undefined && { limit }) },
        rows: v.array(v.unknown()),
        row: Email,
      }),
    email: async (id) => optional(await client.read({ method: 'GET', path: `/emails/${id}` }, OneEmail)),
    createEmail,
    changeEmail,
    deleteEmail: (id) => client.read({ method: 'DELETE', path: `/emails/${id}` }, Done),
  };
}

const Done = v.pipe(
  v.looseObject({}),
  v.transform(() => undefined),
);

/** `trigger` is ignored everywhere: the field that works is `interval_type` (`emails-create-interval_type`). */
function newBody({ trigger, interval, duration, ...change }: EmailChange & Pick<NewEmail, 'type'>): object {
  const { type } = change;
  return {
    type,
    ...(type === 'storewide' ? { product_id: 0, category_id: 0 } : {}),
    ...changeBody(change),
    ...(trigger === undefined ? {} : { trigger, interval_type: trigger }),
    ...(interval === undefined ? {} : { interval }),
    ...(duration === undefined ? {} : { duration }),
  };
}

/** An edit has names of its own for when (`emails-edit-interval_num`). */
function changeBody(change: EmailChange): object {
  const { trigger, interval, duration, alwaysSend, productId, categoryId, campaigns, trackingCode } = change;
  const { name, subject, message, template, status, requirements } = change;
  const fields = {
    name,
    subject,
    message,
    template,
    status,
    requirements,
    interval_type: trigger,
    interval_num: interval,
    interval_duration: duration,
    always_send: alwaysSend,
    product_id: productId,
    category_id: categoryId,
    campaign: campaigns?.join(','),
    tracking_code: trackingCode,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
