import { beforeEach, describe, expect, it } from 'vitest';
import type { Ring } from '../../lib/core/contact/contact.ts';
import type { DeadLetter, DeadLetters } from '../../lib/core/ports/queues.ts';
import { contact } from './samples.ts';

/** A dead-letter queue and the way to put a message into it; `undefined` stands for one of no known shape. */
export interface Filled {
  readonly port: DeadLetters<Ring>;
  put(ring: Ring | undefined): Promise<void>;
}

/** What every dead-letter queue must do; run it on each adapter. */
export function deadLettersContract(name: string, make: () => Promise<Filled>): void {
  describe(`${name} dead letters`, () => {
    let queue: Filled;
    beforeEach(async () => {
      queue = await make();
    });

    it('are none in an empty queue', async () => {
      expect(await queue.port.receive()).toEqual([]);
    });

    it('come with what they say, when they were sent, and a name', async () => {
      await queue.put(ring('ada'));

      const [letter] = await queue.port.receive();

      expect(letter?.message).toEqual(ring('ada'));
      expect(letter?.id).toMatch(/./);
      expect(letter?.sentAt).toBeGreaterThan(Date.parse('2026-01-01'));
      expect(letter?.sentAt).toBeLessThanOrEqual(Date.now());
    });

    it('come also when they have no known shape', async () => {
      await queue.put(undefined);

      expect((await queue.port.receive()).map(({ message }) => message)).toEqual([undefined]);
    });

    it('come once each, however many there are', async () => {
      const names = Array.from({ length: 25 }, (_, index) => `n${String(index)}`);
      for (const one of names) await queue.put(ring(one));

      const letters = await everything(queue.port);

      expect(letters).toHaveLength(25);
      expect(new Set(letters.map(({ message }) => message?.contact)).size).toBe(25);
      expect(await queue.port.receive()).toEqual([]);
    });

    it('are gone when they are removed', async () => {
      for (const one of ['ada', 'bob', 'carol']) await queue.put(ring(one));
      const letters = await everything(queue.port);

      await queue.port.remove(letters.filter(({ message }) => message?.contact !== contact('bob')));
      await queue.port.release(letters.filter(({ message }) => message?.contact === contact('bob')));

      expect((await everything(queue.port)).map(({ message }) => message)).toEqual([ring('bob')]);
    });

    it('are there again, under the same name, when they are released', async () => {
      for (let index = 0; index < 12; index += 1) await queue.put(ring(`n${String(index)}`));
      const letters = await everything(queue.port);

      await queue.port.release(letters);

      const again = await everything(queue.port);
      expect(again.map(({ id }) => id).sort()).toEqual(letters.map(({ id }) => id).sort());
      await queue.port.remove(again);
      expect(await queue.port.receive()).toEqual([]);
    });

    it('need not be any to be removed or released', async () => {
      await queue.port.remove([]);
      await queue.port.release([]);

      expect(await queue.port.receive()).toEqual([]);
    });
  });
}

function ring(name: string): Ring {
  return { contact: contact(name), wanted: 1, attempts: 0 };
}

async function everything(port: DeadLetters<Ring>): Promise<readonly DeadLetter<Ring>[]> {
  const letters: DeadLetter<Ring>[] = [];
  for (;;) {
    const some = await port.receive();
    if (some.length === 0) return letters;
    letters.push(...some);
  }
}
