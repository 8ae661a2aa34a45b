import type { Failure } from '../../core/ledger/failure.ts';
import type { Store } from '../../core/policy/configuration/store.ts';
import { createErased } from '../people/erased.ts';
import { createFolding } from '../record/folding.ts';
import { Overtaken } from './bookmark.ts';
import { LeftOut } from './left-out.ts';
import type { ReconcileParts } from './parts.ts';
import { Unread, type Visit } from './visit.ts';

/** A visit to a store; `undefined` when it gave no keys. @throws Unread when nobody gave its address. */
export async function openVisit(
  parts: ReconcileParts,
  store: Store,
  way: Pick<Visit, 'hasTime' | 'unfinished'>,
): Promise<Visit | undefined> {
  const key = await parts.keys.of(store.id);
  if (!key) {
    parts.log.info('A store has no keys for its REST API; webhooks are the only witness', {
      store: store.id,
    });
    return undefined;
  }
  const api = parts.storeApiOf(store, key);
  if (!api) throw new Unread(NO_URL, 'anything');
  const optOuts = store.followUpEmails ? parts.optOutsOf?.(store, key) : undefined;
  const erased = createErased(parts);
  return {
    ...(optOuts && { optOuts }),
    parts,
    store,
    source: parts.sourceOf(store.kind),
    api,
    ...way,
    // Asked once for both: what is read is compared before it is folded.
    fold: createFolding(parts, erased),
    erased,
    leftOut: await LeftOut.open(parts, store.id),
    tally: { read: 0, changed: 0 },
  };
}

const NO_URL: Failure = {
  kind: 'park',
  code: 'no-url',
  message: 'The store has keys but no address. Set its `url` in bridge.config.ts and deploy.',
};

/** What fails for one store stops that store for this run. */
export async function attempt(
  { log, metrics }: ReconcileParts,
  store: Store,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Overtaken) {
      log.info('Another run reads the same store; this one leaves it alone', { store: store.id });
      return;
    }
    if (error instanceof Unread) {
      noteUnread({ log, metrics }, store, [error]);
      return;
    }
    metrics.count('StoreUnread');
    log.error(
      UNREAD,
      { store: store.id, remedy: 'Look at the error; the ledger or a secret may be away.' },
      error,
    );
  }
}

const UNREAD = 'A store could not be read; the next run goes on where this one stopped';

/** Says once for each reason what of a store could not be read, and counts the run. */
export function noteUnread(
  { log, metrics }: Pick<ReconcileParts, 'log' | 'metrics'>,
  { id: store }: Store,
  unread: readonly Unread[],
): void {
  if (unread.length === 0) return;
  metrics.count('StoreUnread');
  for (const [code, same] of Map.groupBy(unread, ({ failure }) => failure.code)) {
    const what = [...new Set(same.map((one) => one.what))].join(', ');
    log.error(UNREAD, { store, what, code, remedy: same[0]?.failure.message });
  }
}
