import { type Html, html } from '../../../html.ts';
import type { Answer } from '../http/answer.ts';
import type { Request } from '../http/request.ts';
import type { World } from '../world.ts';
import { contactPage, contactsPage, itemOf, listed } from './contact-pages.ts';
import { PAGE_HEADERS, shell } from './shell.ts';

/** What a simulated Mautic says on its pages and a real one does not. */
export const SIMULATOR_HEADER = 'x-mautic-simulator';

/** Where people go with a browser: `/` and all of Mautic's own pages. */
const PAGES = /^\/(index\.php\/?)?(s(\/.*)?)?$/;

/**
 * A name of this machine, with any port. Under another one, which could be anybody's that points to 127.0.0.1, a page
 * of that name could read what is shown here.
 */
const OWN_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

/** The page of a path in place of Mautic's, to look at and nothing else; `undefined` where there is none. */
export function pageOf(world: World, { method, path, headers }: Request): Answer | undefined {
  const { host = '' } = headers;
  if ((method !== 'GET' && method !== 'HEAD') || !PAGES.test(path)) return undefined;
  if (!OWN_HOST.test(host)) return answered(200, shell('Simulated Mautic', '', intro('localhost')));
  const place = path.replace(/^\/(index\.php\/?)?/, '/').replace(/\/$/, '');
  const contact = /^\/s\/contacts\/view\/(\d+)$/.exec(place)?.[1];
  if (contact !== undefined) return viewed(world, Number(contact));
  const [title, here, content] = placeOf(world, place);
  return answered(200, shell(`${title} · Simulated Mautic`, here, html`${intro(host)}${content}`));
}

function answered(status: number, body: string): Answer {
  return { status, anonymous: true, headers: { ...PAGE_HEADERS, [SIMULATOR_HEADER]: 'yes' }, body };
}

function viewed(world: World, id: number): Answer {
  const found = world.db.contacts.get(world.db.redirects.get(id)?.to ?? id);
  const title = `Contact ${String(id)} · Simulated Mautic`;
  if (!found) {
    const none = html`<section><p>There is no contact ${id}.</p></section>`;
    return answered(404, shell(title, '/s/contacts', none));
  }
  return answered(200, shell(title, '/s/contacts', contactPage(world, found)));
}

type Place = readonly [title: string, here: string, content: Html];

/** Any other page of Mautic's shows who is there. */
function placeOf(world: World, place: string): Place {
  switch (place) {
    case '/s/segments':
      return ['Segments', place, segments(world)];
    case '/s/emails':
      return ['E-mails', place, emails(world)];
    case '/s/custom/items':
      return ['Custom items', place, items(world)];
    default:
      return ['Contacts', '/s/contacts', contactsPage(world)];
  }
}

function intro(host: string): Html {
  return html`<p class="faint">A stand-in for Mautic that speaks its REST API; here is what it holds, to look at.
The user of its API is admin, the password mautic: <code>curl -u admin:mautic 'http://${host}/api/contacts'</code></p>
`;
}

function segments({ db }: World): Html {
  const all = db.memberships.all().filter(({ manuallyRemoved }) => !manuallyRemoved);
  const rows = db.segments.all().map(({ id, name }) => {
    const members = all
      .filter(({ segment }) => segment === id)
      .map(({ contact }) => memberOf({ db }, contact));
    return html`<p><b>${name}</b> <span class="faint">segment ${id}, ${members.length} in it</span></p><p>${members}</p>`;
  });
  return orNothing('Segments', rows);
}

function memberOf({ db }: Pick<World, 'db'>, contact: number): Html {
  const email = db.contacts.get(contact)?.values['email'];
  return html`<a class="tag" href="/s/contacts/view/${contact}">${String(email ?? contact)}</a>`;
}

function emails({ db }: World): Html {
  const all = db.sentEmails.all();
  const rows = db.emails.all().map(({ id, name, isPublished }) => {
    const sent = all.filter(({ email }) => email === id);
    const state = isPublished ? 'published' : 'not published';
    return html`<p><b>${name}</b> <span class="faint">e-mail ${id}, ${state}, sent ${sent.length} times</span></p>
<p>${sent.map(({ contact }) => memberOf({ db }, contact))}</p>`;
  });
  return orNothing('E-mails', rows);
}

function items({ db }: World): Html {
  return orNothing(
    'Custom items',
    db.customItems.all().map((item) => itemOf({ db }, item)),
  );
}

function orNothing(title: string, rows: readonly Html[]): Html {
  return listed(title, rows.length === 0 ? [html`<p class="faint">There are none.</p>`] : rows);
}
