import plugin from '../plugin.data.json' with { type: 'json' };
import type { FueEmail, FueRecords } from '../records.ts';
import { addEmail } from '../site.ts';
import { triggerText } from '../trigger-text.ts';
import { type FueAnswer, type FueRequest, fatal, refused, text } from './answer.ts';
import { paged } from './paging.ts';

export function emailBody(email: FueEmail): object {
  return {
    email: {
      id: email.id,
      created_at: email.createdAt,
      type: email.type,
      template: email.template,
      name: email.name,
      subject: email.subject,
      message: email.message,
      status: email.status,
      trigger: email.trigger,
      trigger_string: triggerText(email),
      interval: email.interval,
      duration: email.duration,
      always_send: email.alwaysSend,
      product_id: email.productId,
      category_id: email.categoryId,
      campaigns: email.campaigns,
      requirements: email.requirements,
    },
  };
}

/** `/emails`, `/emails/{id}`, `/emails/types`, `/emails/templates`; `undefined`: not of these. */
export function answerEmails(records: FueRecords, request: FueRequest): FueAnswer | undefined {
  const { method, path } = request;
  if (path === '/emails/types' && method === 'GET') return { status: 200, body: plugin.types };
  if (path === '/emails/templates' && method === 'GET') return { status: 200, body: plugin.templates };
  if (path === '/emails') return method === 'GET' ? list(records, request) : create(records, request);
  const id = /^\/emails\/(\d+)$/.exec(path)?.[1];
  if (id === undefined) return undefined;
  const email = records.emails.get(Number(id));
  if (email === undefined)
    return refused(404, 'fue_api_invalid_follow_up_email_id', 'Invalid follow-up email');
  if (method === 'GET') return { status: 200, body: emailBody(email) };
  if (method === 'DELETE') {
    email.status = 'trash';
    return { status: 202, body: { message: 'Deleted follow_up_email' } };
  }
  return edit(records, email, request);
}

function list(records: FueRecords, request: FueRequest): FueAnswer {
  const wanted = (name: string) => request.query.get(`filter[${name}]`) ?? undefined;
  const [type, status, campaign] = [wanted('type'), wanted('status'), wanted('campaign')];
  const found = [...records.emails.values()].filter(
    (email) =>
      email.status !== 'trash' &&
      (type === undefined || email.type === type) &&
      (status === undefined || email.status === status) &&
      (campaign === undefined || email.campaigns.includes(campaign)),
  );
  const { rows, headers } = paged(request, found);
  return { status: 200, headers, body: rows.map(emailBody) };
}

/** `trigger` and `requirements` are ignored (`emails-create`). */
function create(records: FueRecords, { body }: FueRequest): FueAnswer {
  const type = text(body['type']);
  if (!Object.hasOwn(plugin.types, type)) {
    records.nextId('post');
    return fatal();
  }
  const isManual = type === 'manual';
  const id = addEmail(records, {
    type,
    template: text(body['template']) || 'WooCommerce',
    name: text(body['name']),
    subject: text(body['subject']),
    message: text(body['message']),
    status: text(body['status']) || 'draft',
    trigger: isManual ? 'manual' : text(body['interval_type']) || 'first_purchase',
    interval: text(body['interval']),
    duration: isManual ? '0' : text(body['duration']),
    alwaysSend: flagText(body['always_send']),
    productId: text(body['product_id']),
    categoryId: text(body['category_id']),
    campaigns: campaignsOf(records, body['campaign']),
  });
  const email = records.emails.get(id);
  return email ? { status: 201, body: emailBody(email) } : fatal();
}

/** `interval`, `duration` and `trigger` are ignored here; others are meant (`emails-edit`, `emails-edit-interval_num`). */
function edit(records: FueRecords, email: FueEmail, { body }: FueRequest): FueAnswer {
  const fields: Readonly<Record<string, 'name' | 'subject' | 'message' | 'template' | 'status' | 'type'>> = {
    name: 'name',
    subject: 'subject',
    message: 'message',
    template: 'template',
    status: 'status',
    type: 'type',
  };
  for (const [key, field] of Object.entries(fields)) if (key in body) email[field] = text(body[key]);
  if ('interval_num' in body) email.interval = text(body['interval_num']);
  if ('interval_duration' in body) email.duration = text(body['interval_duration']);
  if ('interval_type' in body) email.trigger = text(body['interval_type']);
  if ('always_send' in body) email.alwaysSend = flagText(body['always_send']);
  if ('product_id' in body) email.productId = text(body['product_id']);
  if ('category_id' in body) email.categoryId = text(body['category_id']);
  if ('campaign' in body) email.campaigns = campaignsOf(records, body['campaign']);
  if (Array.isArray(body['requirements'])) email.requirements = body['requirements'].map(requirement);
  return { status: 201, body: emailBody(email) };
}

/** Ids of products come back as texts, those of categories as they were. */
function requirement(given: unknown): object {
  const { condition, value } = given as { readonly condition: unknown; readonly value: unknown };
  return {
    condition,
    value: condition === 'bought_products' && Array.isArray(value) ? value.map(String) : value,
  };
}

function flagText(value: unknown): string {
  if (value === undefined) return '';
  return value === true || value === 1 || value === '1' ? '1' : '0';
}

function campaignsOf({ campaigns }: FueRecords, value: unknown): readonly string[] {
  const names = text(value)
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names.map((name) => {
    const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
    if (!campaigns.has(slug)) campaigns.set(slug, name);
    return slug;
  });
}
