import type { ContactKey } from '../../core/ledger/email.ts';
import type { Contacts } from '../../core/ports/ledger.ts';
import type { Doorbell } from '../../core/ports/queues.ts';
import type { Clock } from '../../core/ports/telemetry.ts';

export interface EraseParts {
  readonly contacts: Pick<Contacts, 'erase' | 'hasten' | 'profile'>;
  readonly doorbell: Pick<Doorbell, 'ring'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** What `bridge erase` asks of the bridge; the work itself is sync's (`sync/draft/forget.ts`). */
export interface Erase {
  /** Marks a person as erased now and rings for it; answers when that was, epoch ms. */
  mark(key: ContactKey): Promise<number>;
  /** Whether nothing from before that moment is left of the person, here and in Mautic. */
  isDone(key: ContactKey, erasedAt: number): Promise<boolean>;
}

/** Whoever dies in between may do it again: the later mark covers the earlier one. */
export function createErase({ contacts, doorbell, clock }: EraseParts): Erase {
  return {
    mark: async (key) => {
      const erasedAt = clock.now();
      await contacts.erase(key, erasedAt);
      // Its due time may be of something else, and weeks away: a ring that gets lost must not cost them.
      await contacts.hasten(key, erasedAt);
      const profile = await contacts.profile(key);
      // A ring that gets lost costs a minute.
      if (profile)
        await doorbell
          .ring([{ contact: key, wanted: profile.wanted, attempts: profile.attempts }])
          .catch(() => undefined);
      return erasedAt;
    },
    isDone: async (key, erasedAt) => {
      const profile = await contacts.profile(key);
      return (profile?.forgottenAt ?? 0) >= erasedAt && profile?.wanted === profile?.synced;
    },
  };
}
