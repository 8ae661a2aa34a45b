import { useRef, useState } from 'preact/hooks';
import { Controls } from './controls.tsx';
import { type Live, useLive } from './data.ts';
import { Flow } from './flow.tsx';
import { Happenings } from './happenings.tsx';
import { Lists } from './lists.tsx';
import { ContactDetail, OrderDetail } from './stories.tsx';

/** What is open beside the flow: the lists, an order's story or a contact. */
export type Open = { readonly kind: 'lists' } | { readonly kind: 'order' | 'contact'; readonly name: string };

/** Opens a story; used by everything that names an order or a contact. */
export type Opener = (open: Open) => void;

/** The whole page. */
export function Page() {
  const live = useLive();
  const [open, setOpen] = useState<Open>({ kind: 'lists' });
  const opener = useRef<HTMLElement | null>(null);
  const show: Opener = (next) => {
    const isGoingBack = next.kind === 'lists';
    if (!isGoingBack && open.kind === 'lists') opener.current = document.activeElement as HTMLElement | null;
    setOpen(next);
    if (isGoingBack) requestAnimationFrame(() => opener.current?.focus());
  };
  return (
    <>
      <a class="skip" href="#main">
        To what happens
      </a>
      <Header live={live} />
      <main id="main">
        <Flow live={live} />
        <Controls about={live.about} />
        <div class="columns">
          <Happenings live={live} show={show} />
          <Side live={live} open={open} show={show} />
        </div>
      </main>
      <Announcer live={live} />
    </>
  );
}

function Side({ live, open, show }: { readonly live: Live; readonly open: Open; readonly show: Opener }) {
  const back = () => show({ kind: 'lists' });
  switch (open.kind) {
    case 'lists':
      return <Lists standing={live.standing} show={show} />;
    case 'order':
      return <OrderDetail key={open.name} name={open.name} live={live} show={show} back={back} />;
    case 'contact':
      return <ContactDetail key={open.name} name={open.name} live={live} show={show} back={back} />;
  }
}

const CONNECTION = { opening: 'connecting', live: 'live', lost: 'lost: trying again' } as const;

function Header({ live: { about, connection } }: { readonly live: Live }) {
  return (
    <header>
      <h1>
        <svg viewBox="0 0 32 24" aria-hidden="true">
          <path d="M3 18c4-15 22-15 26 0M1 20h30M9 20v-8M16 20V7M23 20v-8" />
        </svg>
        mautic-commerce-bridge
      </h1>
      <p class={`connection ${connection}`} role="status">
        {CONNECTION[connection]}
      </p>
      <nav aria-label="Beside the bridge">
        {about?.shopUrl !== undefined && <a href={about.shopUrl}>Shop</a>}
        {about && <a href={about.mauticUrl}>Mautic</a>}
      </nav>
    </header>
  );
}

/** Says the last thing that became of a delivery or a contact to who cannot see it. */
function Announcer({ live: { happenings } }: { readonly live: Live }) {
  const last = happenings.findLast((one) => one.type === 'told');
  return (
    <p class="unseen" aria-live="polite">
      {last?.type === 'told' ? `${last.told.what} ${last.told.which}: ${last.told.outcome}` : ''}
    </p>
  );
}
