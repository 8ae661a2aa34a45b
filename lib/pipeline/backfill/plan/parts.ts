import type { Store } from '../../../core/policy/configuration/store.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import type { Contacts, Things } from '../../../core/ports/ledger.ts';
import type { MauticContacts } from '../../../core/ports/mautic.ts';
import type { StoreKeys } from '../../../core/ports/secrets.ts';
import type { Clock } from '../../../core/ports/telemetry.ts';
import type { ReconcileParts } from '../../reconcile/parts.ts';

/** What a dry run needs. It writes nothing, neither to the ledger nor to Mautic. */
export interface PlanParts extends Pick<ReconcileParts, 'sourceOf' | 'storeApiOf'> {
  readonly stores: readonly Store[];
  readonly keys: StoreKeys;
  readonly things: Pick<Things, 'load'>;
  readonly contacts: Pick<Contacts, 'dossier'>;
  readonly mautic: Pick<MauticContacts, 'findAll'>;
  readonly policy: Policy;
  readonly clock: Pick<Clock, 'now'>;
}
