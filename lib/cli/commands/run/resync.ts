import { randomUUID } from 'node:crypto';
import { counted } from '../../../core/ledger/counted.ts';
import { type Ref, refName } from '../../../core/ledger/snapshot.ts';
import type { Subject } from '../../../pipeline/explain.ts';
import { createResync, type ResyncLine } from '../../../pipeline/reconcile/resync.ts';
import { storeApiOf } from '../../../stores/rest.ts';
import { sourcesFor } from '../../../stores/webhooks.ts';
import { openLedger } from '../../ledger.ts';
import { createProgress } from '../../output/progress.ts';
import type { Site } from '../../place/place.ts';
import { storeRemedy } from '../../store-remedy.ts';
import { openStores } from '../../stores.ts';
import { answer, createTerminalLog } from '../../terminal.ts';

/** @throws Error when a store does not answer, or there is no such order anywhere. */
export async function resync(site: Site, subject: Subject): Promise<void> {
  const [open, stores] = [openLedger(), openStores(site)];
  const { ledger, clock, doorbell } = open;
  site.whenInterrupted('What was read stays; run it again for the rest.');
  try {
    const refs = await refsOf(ledger, subject);
    if (!site.place.isRunning) site.terminal.complain(STOPPED);
    if (refs.length === 0) throw new Error('The bridge knows no order of this person.');
    const lines: ResyncLine[] = [];
    const progress = createProgress({ what: 'orders' });
    const sourceOf = sourcesFor(site.config.policy);
    const run = createResync({
      things: ledger,
      contacts: ledger,
      registers: ledger,
      survey: ledger,
      doorbell,
      clock,
      log: createTerminalLog(site.terminal),
      metrics: { count: () => undefined },
      gauges: { show: () => undefined },
      stores: site.config.stores,
      sourceOf,
      keys: stores.keys,
      secrets: stores.secrets,
      storeApiOf: (store, key) => storeApiOf(store, key, { clock, randomId: randomUUID, sourceOf }),
    });
    const contacts = await run(refs, (line) => {
      lines.push(line);
      progress.update(lines.length, refs.length);
    });
    progress.end();
    answer(site, { orders: lines, contacts: [...contacts] }, [
      ...lines.map(({ ref, found }) => `${refName(ref)}: ${sayingOf(found, site)}`),
      ...(contacts.size === 0
        ? []
        : [`${counted(contacts.size, 'contact is', 'contacts are')} written in full.`]),
    ]);
    if (lines.some(({ found }) => found === 'no-keys' || found === 'unshown'))
      throw new Error('Not all of it could be read; see above.');
    if (contacts.size === 0 && lines.every(({ found }) => found === 'unknown'))
      throw new Error('The store has no such order, and the bridge knows none.');
  } finally {
    open.close();
    stores.close();
  }
}

function sayingOf(found: ResyncLine['found'], { place }: Site): string {
  if (found === 'no-keys')
    return `its store has no url, or no keys, so it cannot be read: ${storeRemedy(place)}`;
  return SAYINGS[found];
}

const SAYINGS: Readonly<Record<Exclude<ResyncLine['found'], 'no-keys'>, string>> = {
  read: 'read again',
  erased: 'the store does not have it any more',
  unknown: 'the store has no such order',
  unshown: 'the store cannot show it; its PHP log says why',
};

const STOPPED = 'The bridge is stopped: contacts are written when npm start runs.';

type Ledger = ReturnType<typeof openLedger>['ledger'];

async function refsOf(ledger: Ledger, subject: Subject): Promise<readonly Ref[]> {
  if (subject.kind === 'order') return [subject.ref];
  const { refs } = await ledger.dossier(subject.contact);
  return refs.filter(({ kind }) => kind === 'order');
}
