import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ContactChange, FieldChange } from '../feed.ts';
import type { ContactStory, OrderStory } from '../stories.ts';
import { FieldTable } from './changes.tsx';
import { get, type Live } from './data.ts';
import type { Opener } from './page.tsx';
import { moment, TONES } from './words.ts';

interface DetailParts {
  readonly name: string;
  readonly live: Live;
  readonly show: Opener;
  readonly back: () => void;
}

/** Reads something again whenever the ledger was read again. */
function useStory<Story>(path: string, again: unknown): { readonly story?: Story; readonly error?: string } {
  const [told, setTold] = useState<{ readonly story?: Story; readonly error?: string }>({});
  useEffect(() => {
    let isCurrent = true;
    get<Story>(path).then(
      (story) => isCurrent && setTold({ story }),
      (error: unknown) =>
        isCurrent && setTold({ error: error instanceof Error ? error.message : 'It is gone.' }),
    );
    return () => {
      isCurrent = false;
    };
  }, [path, again]);
  return told;
}

function Detail({
  title,
  back,
  children,
}: {
  readonly title: string;
  readonly back: () => void;
  readonly children: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section
      class="card side"
      aria-labelledby="detail"
      onKeyDown={({ key }) => {
        if (key === 'Escape') back();
      }}
    >
      <div class="bar">
        <h2 id="detail" tabIndex={-1} ref={heading}>
          {title}
        </h2>
        <button type="button" onClick={back}>
          Back
        </button>
      </div>
      {children}
    </section>
  );
}

/** The story of an order. */
export function OrderDetail({ name, live, show, back }: DetailParts) {
  const path = `/console/order/${name.split('/').map(encodeURIComponent).join('/')}`;
  const { story, error } = useStory<OrderStory>(path, lastTold(live));
  const contact = story?.contact;
  return (
    <Detail title={story?.title ?? `Order ${name}`} back={back}>
      {error !== undefined && <p class="empty">{error}</p>}
      <dl class="facts">
        {story?.facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {story && story.lines.length > 0 && (
        <ul class="lines">
          {story.lines.map(({ name: product, quantity, total }, index) => (
            <li key={`${product} ${String(index)}`}>
              {quantity} × {product} <span class="sum">{total}</span>
            </li>
          ))}
        </ul>
      )}
      <ol class="steps">
        {story?.steps.map(({ at, text, tone }) => (
          <li key={`${String(at)} ${text}`} class={tone}>
            <span class="unseen">{TONES[tone]}: </span>
            {text}
            {at !== undefined && <time dateTime={new Date(at).toISOString()}>{moment(at)}</time>}
          </li>
        ))}
      </ol>
      {contact !== undefined && (
        <button type="button" onClick={() => show({ kind: 'contact', name: contact })}>
          Its contact
        </button>
      )}
    </Detail>
  );
}

/** A contact: where it stands, what Mautic holds, and what that was before. */
export function ContactDetail({ name, live, show, back }: DetailParts) {
  const { story, error } = useStory<ContactStory>(
    `/console/contact/${encodeURIComponent(name)}`,
    lastTold(live),
  );
  const changes = changesOf(live, story?.email);
  return (
    <Detail title={story?.email ?? 'Contact'} back={back}>
      {error !== undefined && <p class="empty">{error}</p>}
      {story && (
        <p>
          <span class={`place ${story.place.replace(' ', '-')}`}>{story.place}</span>{' '}
          {story.mauticId !== undefined && `contact ${String(story.mauticId)} in Mautic`}
        </p>
      )}
      {story?.why !== undefined && <p class="why">{story.why}</p>}
      {story?.unasked !== undefined && <p class="why">Mautic cannot be asked now: {story.unasked}</p>}
      {story?.held && (
        <>
          <p class="tags">
            {story.held.tags.map((tag) => (
              <span key={tag} class="tag">
                {tag}
              </span>
            ))}
          </p>
          <FieldTable
            rows={rowsOf(story.held.fields, changes)}
            caption="Fields in Mautic"
            after="In Mautic now"
          />
          <p class="note">Before: until the last change since the bridge was started.</p>
        </>
      )}
      {story && story.orders.length > 0 && (
        <p class="tags">
          {story.orders.map((order) => (
            <button key={order} type="button" onClick={() => show({ kind: 'order', name: order })}>
              Order {order.split('/')[1]}
            </button>
          ))}
        </p>
      )}
    </Detail>
  );
}

/** The last thing that was told of the bridge, so that a story that is open stays true. */
function lastTold({ happenings }: Live): number | undefined {
  return happenings.findLast(({ type }) => type === 'told')?.id;
}

function changesOf({ happenings }: Live, email: string | undefined): readonly ContactChange[] {
  return happenings
    .flatMap((one) => (one.type === 'call' ? one.call.changes : []))
    .filter((change) => change.email === email);
}

/** Every field that is filled or was, those that changed on top. */
function rowsOf(
  held: Readonly<Record<string, string>>,
  changes: readonly ContactChange[],
): readonly FieldChange[] {
  const changed = new Map(
    changes.flatMap(({ fields }) => fields).map((field) => [field.alias, field.before]),
  );
  const aliases = [...changed.keys(), ...Object.keys(held).filter((alias) => !changed.has(alias))];
  return aliases.map((alias) => {
    const after = held[alias] ?? null;
    return { alias, before: changed.has(alias) ? changed.get(alias) : after, after };
  });
}
