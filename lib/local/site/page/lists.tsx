import { useState } from 'preact/hooks';
import type { ContactRow, OrderRow, PageStanding } from '../standing.ts';
import type { Opener } from './page.tsx';
import { moment, time } from './words.ts';

const TABS = ['Contacts', 'Orders'] as const;
type Tab = (typeof TABS)[number];

/** Who and what the ledger knows, what needs somebody first. */
export function Lists({
  standing,
  show,
}: {
  readonly standing: PageStanding | undefined;
  readonly show: Opener;
}) {
  const [tab, setTab] = useState<Tab>('Contacts');
  return (
    <section class="card side" aria-labelledby="lists">
      <h2 id="lists" class="unseen">
        In the ledger
      </h2>
      <div class="tabs" role="tablist" aria-label="In the ledger">
        {TABS.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={tab === name}
            aria-controls="listed"
            tabIndex={tab === name ? 0 : -1}
            onClick={() => setTab(name)}
            onKeyDown={(event) => moveTab(event, setTab)}
          >
            {name}
            <span class="count">{countOf(standing, name)}</span>
          </button>
        ))}
      </div>
      <div id="listed" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {tab === 'Contacts' ? (
          <ContactList rows={standing?.contacts ?? []} show={show} />
        ) : (
          <OrderList rows={standing?.orders ?? []} show={show} />
        )}
        {standing?.isCut === true && (
          <p class="note">There are more: npm run -s bridge -- status counts them all.</p>
        )}
      </div>
    </section>
  );
}

function countOf(standing: PageStanding | undefined, tab: Tab): number {
  return (tab === 'Contacts' ? standing?.contacts : standing?.orders)?.length ?? 0;
}

function moveTab(event: KeyboardEvent, setTab: (tab: Tab) => void): void {
  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
  const other = (event.currentTarget as HTMLElement).parentElement?.querySelector<HTMLElement>(
    '[aria-selected="false"]',
  );
  setTab(other?.id === 'tab-Orders' ? 'Orders' : 'Contacts');
  other?.focus();
}

function ContactList({ rows, show }: { readonly rows: readonly ContactRow[]; readonly show: Opener }) {
  if (rows.length === 0) return <p class="empty">Nobody yet.</p>;
  return (
    <ul class="list">
      {rows.map(({ key, email, place, why, due }) => (
        <li key={key}>
          <button type="button" onClick={() => show({ kind: 'contact', name: key })}>
            <span class="name">{email}</span>
            <span class={`place ${place.replace(' ', '-')}`}>{place}</span>
            {why !== undefined && <span class="why">{why}</span>}
            {due !== undefined && place === 'waits' && <span class="why">next try at {time(due)}</span>}
          </button>
        </li>
      ))}
    </ul>
  );
}

function OrderList({ rows, show }: { readonly rows: readonly OrderRow[]; readonly show: Opener }) {
  if (rows.length === 0) return <p class="empty">None yet.</p>;
  return (
    <ul class="list">
      {rows.map((row) => (
        <li key={row.name}>
          <button type="button" onClick={() => show({ kind: 'order', name: row.name })}>
            <span class="name">
              {row.number} · {row.total} {row.currency}
            </span>
            <span class="place">{row.isGone ? 'deleted' : row.status}</span>
            <span class="why">
              {row.email ?? 'nobody'}
              {row.createdAt !== undefined && `, ${moment(row.createdAt)}`}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
