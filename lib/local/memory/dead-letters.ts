import type { DeadLetters } from '../../core/ports/queues.ts';
import type { Clock } from '../../core/ports/telemetry.ts';

export interface MemoryDeadLetters<Message> extends DeadLetters<Message> {
  /** Puts one aside, as a queue does; `undefined` has no known shape. */
  put(message: Message | undefined): void;
  /** How many there are, hidden ones among them. */
  size(): number;
}

const HIDDEN_MS = 600_000;
const BATCH = 10;

interface Held<Message> {
  readonly id: string;
  readonly message: Message | undefined;
  readonly sentAt: number;
  hiddenUntil: number;
}

/** A dead-letter queue in memory. */
export function createMemoryDeadLetters<Message>(clock: Pick<Clock, 'now'>): MemoryDeadLetters<Message> {
  const held = new Map<string, Held<Message>>();
  let sent = 0;
  return {
    put: (message) => {
      sent += 1;
      const id = String(sent);
      held.set(id, { id, message: structuredClone(message), sentAt: clock.now(), hiddenUntil: 0 });
    },
    size: () => held.size,
    receive: async () => {
      const visible = [...held.values()].filter(({ hiddenUntil }) => hiddenUntil <= clock.now());
      return visible.slice(0, BATCH).map((letter) => {
        letter.hiddenUntil = clock.now() + HIDDEN_MS;
        const { id, message, sentAt } = letter;
        return { id, receipt: id, message: structuredClone(message), sentAt };
      });
    },
    remove: async (letters) => {
      for (const { receipt } of letters) held.delete(receipt);
    },
    release: async (letters) => {
      for (const { receipt } of letters) {
        const letter = held.get(receipt);
        if (letter) letter.hiddenUntil = 0;
      }
    },
  };
}
