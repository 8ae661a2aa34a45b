import { useState } from 'preact/hooks';
import type { Told } from '../../console/line.ts';
import type { CallMade, Happening } from '../feed.ts';
import { Changes } from './changes.tsx';
import type { Live } from './data.ts';
import type { Opener } from './page.tsx';
import { TONES, time } from './words.ts';

const KINDS = { flow: 'Flow', delivery: 'Deliveries', contact: 'Contacts', call: 'Calls' } as const;
type Kind = keyof typeof KINDS;

/** More rows than anybody reads make a page slow. */
const SHOWN = 150;

/** What happens, the newest on top. */
export function Happenings({ live, show }: { readonly live: Live; readonly show: Opener }) {
  const [kind, setKind] = useState<Kind>('flow');
  const shown = live.happenings.filter((one) => (kind === 'flow' ? isFlow(one) : kindOf(one) === kind));
  const emails = new Map(live.standing?.contacts.map(({ key, email }) => [key, email]));
  return (
    <section class="card happenings" aria-labelledby="happenings">
      <div class="bar">
        <h2 id="happenings">What happens</h2>
        <fieldset class="choice">
          <legend class="unseen">Show</legend>
          {(Object.keys(KINDS) as Kind[]).map((name) => (
            <label key={name}>
              <input type="radio" name="kind" checked={kind === name} onChange={() => setKind(name)} />
              <span>{KINDS[name]}</span>
            </label>
          ))}
        </fieldset>
      </div>
      {shown.length === 0 && <p class="empty">Nothing yet. Play a recording, or place an order.</p>}
      <ol class="rows" aria-label="The newest first">
        {shown
          .slice(-SHOWN)
          .toReversed()
          .map((one) => (
            <Row key={one.id} happening={one} emails={emails} show={show} />
          ))}
      </ol>
    </section>
  );
}

/** Of the calls only those that changed something or failed. */
function isFlow(happening: Happening): boolean {
  return happening.type === 'told' || happening.call.changes.length > 0 || !happening.call.isWell;
}

function kindOf(happening: Happening): Kind {
  return happening.type === 'call' ? 'call' : happening.told.about;
}

interface RowParts {
  readonly happening: Happening;
  /** Contact key → address. */
  readonly emails: ReadonlyMap<string, string>;
  readonly show: Opener;
}

function Row({ happening, emails, show }: RowParts) {
  return happening.type === 'call' ? (
    <CallRow call={happening.call} at={happening.at} />
  ) : (
    <ToldRow told={happening.told} at={happening.at} emails={emails} show={show} />
  );
}

function ToldRow({
  told,
  at,
  emails,
  show,
}: Omit<RowParts, 'happening'> & { readonly told: Told; readonly at: number }) {
  const { what, outcome, tone, orders = [], contact } = told;
  const which = (contact === undefined ? undefined : emails.get(contact)) ?? told.which;
  const [order] = orders;
  const open =
    contact !== undefined
      ? () => show({ kind: 'contact', name: contact })
      : order !== undefined && (() => show({ kind: 'order', name: order }));
  return (
    <li class={`told ${tone}`}>
      <time dateTime={new Date(at).toISOString()}>{time(at)}</time>
      <span class="what">{what}</span>
      <span class="which">
        {open ? (
          <button type="button" class="link" onClick={open}>
            {which}
          </button>
        ) : (
          which
        )}
      </span>
      <span class="outcome">
        <span class="unseen">{TONES[tone]}: </span>
        {outcome}
      </span>
    </li>
  );
}

function CallRow({ call, at }: { readonly call: CallMade; readonly at: number }) {
  const { to, method, path, answer, isWell, tookMs, changes } = call;
  return (
    <li class={isWell ? 'call' : 'call bad'}>
      <time dateTime={new Date(at).toISOString()}>{time(at)}</time>
      <span class="what">{to}</span>
      <span class="path">
        <b>{method}</b> {path}
      </span>
      <span class="answer">
        <b>{answer}</b> {tookMs} ms
      </span>
      {changes.length > 0 && <Changes changes={changes} />}
    </li>
  );
}
