import type { FueRecords } from '../records.ts';
import type { FueAnswer, FueRequest } from './answer.ts';
import { paged } from './paging.ts';

const NAMES = ['emails', 'emails/clicks', 'emails/opens', 'emails/ctor', 'users', 'excludes'];

/** Everything below `/reports` and `/campaigns`; `undefined`: not of it. Nobody opens or clicks here. */
export function answerReports(records: FueRecords, request: FueRequest): FueAnswer | undefined {
  if (request.method !== 'GET') return undefined;
  switch (request.path) {
    case '/reports':
      return { status: 200, body: { reports: NAMES } };
    case '/reports/emails/ctor':
      return { status: 200, body: { ctor: [] } };
    case '/reports/emails':
      return page(request, 'emails', emailRows(records));
    case '/reports/emails/clicks':
      return page(request, 'clicks', []);
    case '/reports/emails/opens':
      return page(request, 'opens', []);
    case '/reports/users':
      return page(request, 'users', userRows(records));
    case '/reports/excludes':
      return page(request, 'optouts', optOutRows(records));
    case '/campaigns':
      return campaigns(records, request);
    default:
      // A slug with a hyphen has no route (`campaigns-get`).
      return campaign(records, request);
  }
}

function page(request: FueRequest, name: string, all: readonly object[]): FueAnswer {
  const { rows, headers } = paged(request, all);
  return { status: 200, headers, body: { [name]: rows } };
}

function emailRows({ sent, items, emails }: FueRecords): readonly object[] {
  const byEmail = Object.groupBy(sent, ({ emailId }) => emailId);
  return Object.entries(byEmail).map(([id, rows = []]) => ({
    email: emails.get(Number(id))?.name ?? '',
    email_trigger: items.get(rows[0]?.itemId ?? 0)?.emailTrigger ?? '',
    num_sent: String(rows.length),
    num_opens: '0',
    num_clicks: '0',
  }));
}

/** Guests are one line for each name; here none has one. */
function userRows({ sent }: FueRecords): readonly object[] {
  return sent.length === 0 ? [] : [{ id: 0, name: '', sent: sent.length, opens: 0, clicks: 0 }];
}

/** Newest first, of one second oldest first; of what somebody opted out it does not say. */
function optOutRows({ optOuts, instant }: FueRecords): readonly object[] {
  const sorted = [...optOuts].sort((a, b) =>
    a.dateAdded < b.dateAdded ? 1 : a.dateAdded > b.dateAdded ? -1 : 0,
  );
  return sorted.map(({ email, emailName, dateAdded }) => ({
    email_name: emailName,
    email_address: email,
    date: `${new Date(instant(dateAdded)).toISOString().slice(0, 19)}Z`,
  }));
}

function campaigns({ campaigns: known, emails }: FueRecords, request: FueRequest): FueAnswer {
  const all = [...known].map(([id, name]) => ({
    campaign: {
      id,
      name,
      description: '',
      count: [...emails.values()].filter((email) => email.campaigns.includes(id)).length,
    },
  }));
  const { rows, headers } = paged(request, all);
  return { status: 200, headers, body: rows };
}

function campaign({ campaigns: known }: FueRecords, { path }: FueRequest): FueAnswer | undefined {
  const slug = /^\/campaigns\/(\w+)$/.exec(path)?.[1];
  return slug === undefined || !known.has(slug) ? undefined : { status: 200, body: [] };
}
