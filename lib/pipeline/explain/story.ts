import type { ContactKey } from '../../core/ledger/email.ts';
import type { Ref } from '../../core/ledger/snapshot.ts';
import type { Thread } from '../../core/ledger/telemetry/logged.ts';

/** What the bridge knows of one order or one person, for whoever runs the shop. Times are epoch ms. */
export interface Story {
  readonly about:
    | { readonly kind: 'order'; readonly ref: Ref }
    | { readonly kind: 'contact'; readonly contact: ContactKey };
  /** How it stands now, in a sentence. */
  readonly summary: string;
  /** What happened and what will, in order of time; what has no time stands first. */
  readonly passages: readonly Passage[];
  /** By what the logs tell of it. */
  readonly thread: Thread;
  /** What a person must do, if anything. */
  readonly todo: readonly string[];
}

/** One sentence of a story. */
export interface Passage {
  readonly at?: number;
  /** What it is about: the shop, the bridge's own ledger, Mautic, or a note or e-mail. */
  readonly of: 'shop' | 'bridge' | 'mautic' | 'effect';
  /** It is still to come. */
  readonly isDue?: boolean;
  readonly says: string;
}

/** Passages in order of time, those without one first. */
export function inOrder(passages: readonly Passage[]): readonly Passage[] {
  return [...passages].sort(
    (a, b) => (a.at ?? Number.NEGATIVE_INFINITY) - (b.at ?? Number.NEGATIVE_INFINITY),
  );
}

/** A story as lines of text. */
export function storyLines({ summary, passages, todo }: Omit<Story, 'thread'>): readonly string[] {
  return [
    summary,
    ...passages.map(
      ({ at, says, isDue }) =>
        `  ${at === undefined ? 'now' : momentOf(at)}  ${isDue ? 'to come: ' : ''}${says}`,
    ),
    ...(todo.length === 0
      ? ['Nothing has to be done by a person.']
      : ['To do:', ...todo.map((one) => `  ${one}`)]),
  ];
}

/** `2026-11-26 23:52 UTC`. */
export function momentOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
