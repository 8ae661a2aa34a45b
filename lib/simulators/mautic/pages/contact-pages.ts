import { type Html, html } from '../../../html.ts';
import type { Contact, Stored } from '../database/rows.ts';
import type { World } from '../world.ts';

/** More rows than anybody reads; the newest are shown. */
const SHOWN = 200;

/** Everybody, the newest first. */
export function contactsPage({ db }: World): Html {
  const all = db.contacts.all();
  const rows = all
    .slice(-SHOWN)
    .reverse()
    .map((contact) => {
      const { firstname = '', lastname = '', email = `contact ${String(contact.id)}` } = contact.values;
      return html`<tr><th scope="row"><a href="/s/contacts/view/${contact.id}">${textOf(email)}</a></th>
<td>${`${textOf(firstname)} ${textOf(lastname)}`}</td><td>${tagsOf({ db }, contact)}</td></tr>
`;
    });
  const table = html`<table><caption class="faint">${countOf(all.length)}</caption>
<thead><tr><th scope="col">Contact</th><th scope="col">Name</th><th scope="col">Tags</th></tr></thead>
<tbody>${rows}</tbody></table>`;
  return html`<section><h2>Contacts</h2>
${all.length === 0 ? html`<p class="faint">Nobody yet.</p>` : table}</section>`;
}

function countOf(count: number): string {
  if (count === 1) return 'One contact';
  return count > SHOWN
    ? `${String(count)} contacts, the newest ${String(SHOWN)} of them`
    : `${String(count)} contacts`;
}

/** One contact with all that belongs to it. */
export function contactPage(world: World, contact: Contact): Html {
  const { db } = world;
  const { id, values } = contact;
  const fields = db.lookups
    .fields()
    .filter(({ alias }) => values[alias] !== undefined)
    .map(
      ({ alias, label }) =>
        html`<tr><th scope="row">${label}</th><td class="faint">${alias}</td><td>${textOf(values[alias])}</td></tr>
`,
    );
  const notes = db.lookups.notesOf(id).map(
    ({ text, dateAdded }) => html`<p class="faint">${dateAdded}</p>
<pre>${withoutMarkup(text)}</pre>`,
  );
  return html`<section><h2>${textOf(values['email'] ?? `Contact ${String(id)}`)}</h2>
<p>${tagsOf(world, contact)}</p>
<table><thead><tr><th scope="col">Field</th><th scope="col">Alias</th><th scope="col">Value</th></tr></thead>
<tbody>${fields}</tbody></table></section>
${listed('Segments', segmentsOf(world, id))}
${listed('Notes', notes)}
${listed('E-mails sent', emailsOf(world, id))}
${listed('Custom items', itemsOf(world, id))}`;
}

/** A heading and what is under it; nothing where there is nothing. */
export function listed(title: string, rows: readonly Html[]): Html {
  if (rows.length === 0) return html``;
  return html`<section><h2>${title}</h2>
${rows}</section>`;
}

function segmentsOf({ db }: World, id: number): readonly Html[] {
  const own = db.memberships
    .all()
    .filter(({ contact, manuallyRemoved }) => contact === id && !manuallyRemoved);
  return own.map(({ segment }) => html`<span class="tag">${db.segments.get(segment)?.name}</span>`);
}

function emailsOf({ db }: World, id: number): readonly Html[] {
  const own = db.sentEmails.all().filter(({ contact }) => contact === id);
  return own.map(
    ({ subject, at, html: body }) => html`<p><b>${subject}</b> <span class="faint">${at}</span></p>
<pre>${withoutMarkup(body)}</pre>`,
  );
}

function itemsOf({ db }: World, id: number): readonly Html[] {
  return db.customLinks
    .all()
    .filter(({ contact }) => contact === id)
    .flatMap(({ item }) => {
      const found = db.customItems.get(item);
      return found ? [itemOf({ db }, found)] : [];
    });
}

/** A custom item with its attributes. */
export function itemOf(
  { db }: Pick<World, 'db'>,
  { name, object, values }: { readonly name: string; readonly object: number; readonly values: object },
): Html {
  const alias = db.customObjects.get(object)?.alias;
  return html`<p><b>${name}</b> <span class="faint">${alias}</span></p><pre>${JSON.stringify(values, null, 1)}</pre>`;
}

function tagsOf({ db }: Pick<World, 'db'>, { tags }: Contact): readonly Html[] {
  return tags.map((id) => html`<span class="tag">${db.tags.get(id)?.tag}</span>`);
}

function textOf(value: Stored | undefined): string {
  return value === undefined ? '' : String(value);
}

/** What people would read of a note or an e-mail; its markup is nothing that this page may run. */
function withoutMarkup(text: string): string {
  return text
    .replace(/<(br|\/p|\/div|\/tr|\/li|\/h\d)\b[^>]*>/gi, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|#0?39|nbsp);/g, (sign) => SIGNS[sign] ?? sign)
    .trim();
}

const SIGNS: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&#039;': "'",
  '&nbsp;': ' ',
};
