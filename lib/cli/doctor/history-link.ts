import { commandLine } from '../../core/ledger/command.ts';
import { counted } from '../../core/ledger/counted.ts';
import type { Store } from '../../core/policy/configuration/store.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Registers } from '../../core/ports/ledger.ts';
import { historyOf, readHistory } from '../../core/stores/history.ts';
import { readBackfill } from '../../pipeline/backfill/control.ts';
import type { openStores } from '../stores.ts';
import { type Finding, type Link, ok } from './link.ts';

interface Shop {
  readonly store: Store;
  readonly policy: Policy;
  readonly stores: Pick<ReturnType<typeof openStores>, 'apiOf'>;
  readonly registers: Pick<Registers, 'read'>;
}

/** What comes next once everything is in place: the past of a store, unless it was read or there is none. */
export function historyLink(shop: Shop): Link {
  const name = `${shop.store.id}: past`;
  return { name, needs: [`${shop.store.id}: keys`], look: () => history(shop, name) };
}

async function history(
  { store, policy, stores, registers }: Shop,
  link: string,
): Promise<readonly Finding[]> {
  if (policy.history === 'none' || store.url === undefined) return [];
  if (readHistory((await registers.read(historyOf(store.id)))?.text))
    return [ok(link, 'what was bought before is in the ledger')];
  if (await readBackfill({ registers }, store.id)) return [];
  const api = await stores.apiOf(store);
  const answered = await api?.list({ kind: 'order', page: 1, perPage: 1, outline: true });
  const total = answered?.ok ? (answered.value.total ?? 0) : 0;
  if (total === 0) return [];
  return [{ ...ok(link, `it was never read; the store has ${counted(total, 'order')}`), remedy: NEXT }];
}

const NEXT = `Next, if some were placed before the bridge was there: ${commandLine('backfill')}. It says first what it would do.`;
