import type { ContactChange, FieldChange } from '../feed.ts';
import { counted } from './words.ts';

/** What a call changed in Mautic, folded away until somebody asks. */
export function Changes({ changes }: { readonly changes: readonly ContactChange[] }) {
  const fields = changes.reduce((sum, one) => sum + one.fields.length, 0);
  return (
    <details class="changes">
      <summary>
        {counted(changes.length, 'contact', 'contacts')}, {counted(fields, 'field', 'fields')} changed
      </summary>
      {changes.map((change) => (
        <div key={change.mauticId}>
          <p>
            <b>{change.email}</b> <TagChanges change={change} />
          </p>
          <FieldTable rows={change.fields} caption={`Fields of ${change.email}`} />
        </div>
      ))}
    </details>
  );
}

function TagChanges({ change }: { readonly change: Pick<ContactChange, 'tagsAdded' | 'tagsTakenAway'> }) {
  return (
    <>
      {change.tagsAdded.map((tag) => (
        <span key={tag} class="tag added">
          <span class="unseen">tag added </span>
          {tag}
        </span>
      ))}
      {change.tagsTakenAway.map((tag) => (
        <span key={tag} class="tag gone">
          <span class="unseen">tag taken away </span>
          {tag}
        </span>
      ))}
    </>
  );
}

/** Fields before and after. */
export function FieldTable({
  rows,
  caption,
  after = 'After',
}: {
  readonly rows: readonly FieldChange[];
  readonly caption: string;
  /** What the last column is called. */
  readonly after?: string;
}) {
  if (rows.length === 0) return null;
  return (
    <table>
      <caption class="unseen">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Before</th>
          <th scope="col">{after}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.alias} class={row.before === row.after ? '' : 'changed'}>
            <th scope="row">{row.alias}</th>
            <td>
              <Value text={row.before} />
            </td>
            <td>
              <Value text={row.after} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** As much of a long value as tells what it is. */
const LONG = 24;

function Value({ text }: { readonly text: string | null | undefined }) {
  if (text === undefined) return <i>not seen</i>;
  if (text === null) return <i>empty</i>;
  if (text.length <= 2 * LONG) return <>{text}</>;
  return (
    <details>
      <summary>{text.slice(0, LONG)}…</summary>
      <code>{text}</code>
    </details>
  );
}
