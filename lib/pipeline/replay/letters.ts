import type { DeadLetter, DeadLetters } from '../../core/ports/queues.ts';

/** What was left shows itself again after a while; a queue that shows nothing else has been gone through. */
const MAX_PAGES_OF_KNOWN = 3;

/**
 * Goes once through a dead-letter queue. `work` answers which letters are done with; they are removed, the others
 * stay, for everybody to see once all is over, however it ends.
 */
export async function throughLetters<Message>(
  queue: DeadLetters<Message>,
  work: (letters: readonly DeadLetter<Message>[]) => Promise<readonly DeadLetter<Message>[]>,
): Promise<void> {
  const seen = new Set<string>();
  const left: DeadLetter<Message>[] = [];
  let pagesOfKnown = 0;
  try {
    while (pagesOfKnown < MAX_PAGES_OF_KNOWN) {
      const letters = await queue.receive();
      if (letters.length === 0) return;
      left.push(...letters);
      const fresh = letters.filter(({ id }) => !seen.has(id));
      for (const { id } of fresh) seen.add(id);
      pagesOfKnown = fresh.length === 0 ? pagesOfKnown + 1 : 0;
      const done = await work(fresh);
      await queue.remove(done);
      left.splice(0, left.length, ...left.filter((letter) => !done.includes(letter)));
    }
  } finally {
    await queue.release(left);
  }
}
