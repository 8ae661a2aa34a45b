import type { Snapshot } from '../../core/ledger/snapshot.ts';
import { isIgnored, type Policy } from '../../core/policy/policy.ts';
import type { ReadItem } from '../../core/stores/source.ts';
import type { StoreKind } from '../../core/stores/store-api.ts';
import { add, type Tally } from '../tally.ts';

interface Seen {
  readonly modifiedAt: number;
  readonly reason: string | undefined;
}

/** What was read since it was counted last. */
export interface Counted {
  readonly read: number;
  readonly skipped: Readonly<Record<string, number>>;
}

/** Counts what is read once, although pages overlap by a second and a crowded second is read again and again. */
export class Counting {
  readonly #policy: Pick<Policy, 'ignore'>;
  readonly #kind: StoreKind;
  #seen = new Map<string, Seen>();

  constructor(policy: Pick<Policy, 'ignore'>, kind: StoreKind) {
    this.#policy = policy;
    this.#kind = kind;
  }

  readonly watch = (kind: StoreKind, read: readonly ReadItem[]): void => {
    if (kind !== this.#kind) return;
    for (const [index, item] of read.entries()) {
      const name = item.id ?? `nameless ${String(this.#seen.size + index)}`;
      this.#seen.set(name, { modifiedAt: item.modifiedAt ?? 0, reason: this.#reasonOf(item) });
    }
  };

  /** Those that changed up to then (epoch ms); the others will be read again. */
  take(upTo = Number.POSITIVE_INFINITY): Counted {
    const done = [...this.#seen.values()].filter(({ modifiedAt }) => modifiedAt <= upTo);
    this.#seen = new Map();
    const skipped: Tally = new Map();
    for (const { reason } of done) if (reason !== undefined) add(skipped, reason);
    return { read: done.length, skipped: Object.fromEntries(skipped) };
  }

  #reasonOf({ dropped, snapshots }: ReadItem): string | undefined {
    return dropped ?? snapshots.map((snapshot) => this.#reasonFor(snapshot)).find(Boolean);
  }

  #reasonFor(snapshot: Snapshot): string | undefined {
    if (snapshot.type !== 'order' && snapshot.type !== 'customer') return undefined;
    const { address } = snapshot;
    if (!address.usable) return address.reason;
    return isIgnored(this.#policy, address.email) ? 'ignored' : undefined;
  }
}
