import { commandLine } from '../../core/ledger/command.ts';
import { counted } from '../../core/ledger/counted.ts';
import type { Store } from '../../core/policy/configuration/store.ts';
import { originName } from '../../core/stores/origin.ts';
import { type Refusals, readRefusals } from '../../pipeline/explain/refusals.ts';
import { listOf, sumOf } from '../../pipeline/tally.ts';
import type { Place } from '../place/place.ts';
import { secretByHand } from '../webhooks/secret-by-hand.ts';
import { type Finding, type Link, ok, warning } from './link.ts';

const DAY_MS = 86_400_000;
const LATELY = 'in the last 24 hours';

/** Asks the log of `ingest` what it did not take in the last day, once; absent where nobody knows where that log is. */
export type AskRefusals = () => Promise<Refusals>;

export function askRefusalsAt({ readLogs }: Pick<Place, 'readLogs'>): AskRefusals | undefined {
  if (!readLogs) return undefined;
  let asked: Promise<Refusals> | undefined;
  return () => (asked ??= readRefusals(readLogs, Date.now() - DAY_MS));
}

/** Deliveries of a store that came, and were not taken. */
export function refusalLink(place: Place, store: Store, ask: AskRefusals | undefined): readonly Link[] {
  const name = `${store.id}: refused deliveries`;
  if (!ask) return [];
  return [
    {
      name,
      look: async () => unlessUnread(name, async () => ofStore({ link: name, place, store }, await ask())),
    },
  ];
}

/** Requests to the address of no store. */
export function strayLink(ask: AskRefusals | undefined): readonly Link[] {
  const name = 'webhook addresses';
  if (!ask) return [];
  return [{ name, look: async () => unlessUnread(name, async () => strays(name, await ask())) }];
}

/** The logs are a second witness: whoever may not read them is no break of the chain. */
async function unlessUnread(link: string, look: () => Promise<Finding>): Promise<readonly Finding[]> {
  try {
    return [await look()];
  } catch (error) {
    return [{ link, state: 'skipped', says: error instanceof Error ? error.message : 'not looked at' }];
  }
}

interface Asked {
  readonly link: string;
  readonly place: Place;
  readonly store: Store;
}

function ofStore({ link, place, store: { id, url = '' } }: Asked, { of, isCut }: Refusals): Finding {
  const { refused, foreign } = of(id);
  const [unsigned, dropped] = [refused.get('bad-signature') ?? 0, sumOf(foreign)];
  const large = refused.get('too-large') ?? 0;
  if (unsigned + dropped + large === 0) return ok(link, `none ${LATELY}`);
  const says = [
    ...(unsigned > 0 ? [`${counted(unsigned, 'delivery', 'deliveries')} with a wrong signature`] : []),
    ...(large > 0 ? [`${counted(large, 'delivery', 'deliveries')} of more than 4 MiB`] : []),
    ...(dropped > 0
      ? [
          `${counted(dropped, 'delivery', 'deliveries')} of another address than ${originName(url)} (${listOf(foreign)})`,
        ]
      : []),
  ];
  const remedies = [
    ...(large > 0 ? [TOO_LARGE] : []),
    ...(dropped > 0 ? [OTHER_ADDRESS] : []),
    ...(unsigned > 0 ? [wrongSecret(place)] : []),
  ];
  return warning(link, `${isCut ? 'at least ' : ''}${says.join(', ')} ${LATELY}`, remedies.join(' '));
}

/** Requests of strangers are refused alike, and harmless. */
function wrongSecret(place: Place): string {
  return `If the shop sent them, its webhooks have another secret than the bridge: ${commandLine('webhooks repair')} gives them the right one. Without keys that may write, put it there by hand; it is ${secretByHand(place)}`;
}

const TOO_LARGE = 'No order is that large: a plugin puts something into it.';
const OTHER_ADDRESS =
  'If that is the shop, write its address as url into bridge.config.ts and deploy. If it is a copy of the shop, delete the webhooks there.';

function strays(link: string, { of, isCut }: Refusals): Finding {
  const count = of().refused.get('unknown-store') ?? 0;
  if (count === 0) return ok(link, `none that names no store was called ${LATELY}`);
  const says = `${isCut ? 'at least ' : ''}${counted(count, 'request')} to the address of a store that bridge.config.ts does not have ${LATELY}`;
  return warning(
    link,
    says,
    'Compare the delivery URL of the webhooks in the shop with the one that was printed: its end is the id of the store.',
  );
}

/** Whether something of a store came and was not taken; `false` also where nobody can tell. */
export async function wasRefused(store: string, ask: AskRefusals | undefined): Promise<boolean> {
  const found = await ask?.().catch(() => undefined);
  const { refused, foreign } = found?.of(store) ?? {};
  return (refused?.size ?? 0) + (foreign?.size ?? 0) > 0;
}
