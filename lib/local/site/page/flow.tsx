import type { CallMade, Happening } from '../feed.ts';
import type { Live } from './data.ts';
import { ago, counted, time } from './words.ts';

/** Store, bridge and Mautic, with what goes from one to the next. */
export function Flow({ live }: { readonly live: Live }) {
  return (
    <section class="flow" aria-label="From the store to Mautic">
      <ol>
        <Store happenings={live.happenings} />
        <Bridge live={live} />
        <Mautic live={live} />
      </ol>
    </section>
  );
}

function Store({ happenings }: Pick<Live, 'happenings'>) {
  const deliveries = happenings.filter((one) => one.type === 'told' && one.told.about === 'delivery');
  const last = deliveries.at(-1);
  return (
    <li class="station" key={`store ${String(last?.id)}`}>
      <h2>Store</h2>
      <p class="figure">{counted(deliveries.length, 'delivery', 'deliveries')}</p>
      <p class="note">
        {last?.type === 'told' ? `last ${last.told.what}, ${ago(last.at)}` : 'none came since the start'}
      </p>
    </li>
  );
}

function Bridge({ live: { standing, happenings } }: { readonly live: Live }) {
  const last = happenings.findLast((one) => one.type === 'told');
  const { orders = [], contacts = [] } = standing ?? {};
  const more = standing?.isCut === true ? ' at least' : '';
  return (
    <li class="station" key={`bridge ${String(last?.id)}`}>
      <h2>Bridge</h2>
      <p class="figure">
        {counted(orders.length, 'order', 'orders')}, {counted(contacts.length, 'contact', 'contacts')}
        {more}
      </p>
      <p class="note">{standing ? pendingText(standing) : 'reading the ledger'}</p>
    </li>
  );
}

function pendingText({ pending, contacts }: NonNullable<Live['standing']>): string {
  const parked = contacts.filter(({ place }) => place === 'parked').length;
  const waiting = [
    pending.deliveries > 0 && counted(pending.deliveries, 'delivery', 'deliveries'),
    pending.contacts > 0 && counted(pending.contacts, 'contact', 'contacts'),
    pending.effects > 0 && counted(pending.effects, 'effect', 'effects'),
  ].filter((part) => part !== false);
  const texts = [
    waiting.length === 0 ? 'nothing pending' : `${waiting.join(', ')} pending`,
    parked === 0 ? '' : `${String(parked)} parked`,
  ];
  return texts.filter((text) => text !== '').join(', ');
}

type Call = Extract<Happening, { type: 'call' }>;

function Mautic({ live: { standing, happenings } }: { readonly live: Live }) {
  const calls = happenings.filter((one): one is Call => one.type === 'call' && one.call.to === 'Mautic');
  const last = calls.at(-1);
  const pause = standing?.pause;
  const isWell = !pause && (last?.call.isWell ?? true);
  return (
    <li class={isWell ? 'station' : 'station troubled'} key={`mautic ${String(last?.id)}`}>
      <h2>Mautic</h2>
      <p class="figure">{counted(calls.length, 'call', 'calls')}</p>
      <p class="note">
        {pause ? `left alone until ${time(pause.until)}: ${pause.why}` : last && lastCall(last.call)}
      </p>
    </li>
  );
}

function lastCall({ answer, tookMs }: CallMade): string {
  return `last answer ${answer}, in ${String(tookMs)} ms`;
}
