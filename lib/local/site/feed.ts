import type { Told } from '../console/line.ts';

/** A field of a contact in Mautic, as it was known before a write, and after it. */
export interface FieldChange {
  readonly alias: string;
  /** `undefined`: nobody has seen it; `null`: empty. */
  readonly before: string | null | undefined;
  readonly after: string | null;
}

/** What a call of Mautic changed of one contact. */
export interface ContactChange {
  readonly mauticId: number;
  readonly email: string;
  readonly fields: readonly FieldChange[];
  readonly tagsAdded: readonly string[];
  readonly tagsTakenAway: readonly string[];
}

/** One request to another system. */
export interface CallMade {
  readonly to: 'Mautic' | 'the store';
  readonly method: string;
  /** Without its query, which may hold an address. */
  readonly path: string;
  /** What was answered, in a word or two. */
  readonly answer: string;
  readonly isWell: boolean;
  readonly tookMs: number;
  readonly changes: readonly ContactChange[];
}

/** Something that happened, as the page shows it; times are epoch ms. */
export type Happening = { readonly id: number; readonly at: number } & (
  | { readonly type: 'told'; readonly told: Told }
  | { readonly type: 'call'; readonly call: CallMade }
);

/** One happening before it has its place in the feed. */
type News =
  | { readonly type: 'told'; readonly told: Told }
  | { readonly type: 'call'; readonly call: CallMade };

/** What happens in a running bridge, for whoever looks at the page now or later. */
export interface Feed {
  /** Tells one feed from that of another run. */
  readonly run: string;
  add(news: News): void;
  /** The last ones that came after this id, oldest first. */
  since(id: number): readonly Happening[];
  /** Hears of each from now on; what is answered ends it. */
  listen(hear: (happening: Happening) => void): () => void;
}

/** The page shows no more; what is older is in the ledger. */
const KEPT = 500;

/** An empty feed. @param now epoch ms */
export function createFeed(run: string, now: () => number): Feed {
  const kept: Happening[] = [];
  const listeners = new Set<(happening: Happening) => void>();
  let last = 0;
  return {
    run,
    add(news) {
      last += 1;
      const happening = { id: last, at: now(), ...news };
      kept.push(happening);
      if (kept.length > KEPT) kept.shift();
      for (const hear of listeners) hear(happening);
    },
    since: (id) => kept.filter((one) => one.id > id),
    listen(hear) {
      listeners.add(hear);
      return () => void listeners.delete(hear);
    },
  };
}
