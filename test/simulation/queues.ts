import type { Engine } from './engine.ts';

export interface Message {
  readonly text: string;
  /** Messages of one group come one after the other; undefined: in any order. */
  readonly group: string | undefined;
  visibleAt: number;
  receives: number;
}

interface QueueSettings {
  readonly visibilityMs: number;
  readonly maxReceives: number;
}

/** How long a FIFO queue swallows a second message with the same deduplication id. */
const DEDUPLICATION_MS = 300_000;

/** A queue of SQS: hides what is received until it is deleted or its time is over, then gives it again. */
export class Queue {
  readonly dead: Message[] = [];
  readonly #engine: Engine;
  readonly #settings: QueueSettings;
  readonly #seen = new Map<string, number>();
  #messages: Message[] = [];

  constructor(engine: Engine, settings: QueueSettings) {
    this.#engine = engine;
    this.#settings = settings;
  }

  send(text: string): void {
    this.#messages.push({ text, group: undefined, visibleAt: this.#engine.now, receives: 0 });
  }

  sendInGroup(text: string, group: string, deduplicationId: string): void {
    const { now } = this.#engine;
    const seen = this.#seen.get(deduplicationId);
    if (seen !== undefined && now - seen < DEDUPLICATION_MS) return;
    this.#seen.set(deduplicationId, now);
    this.#messages.push({ text, group, visibleAt: now, receives: 0 });
  }

  /** At most so many that may be received now, in the order that `first` decides. */
  receive(most: number, first: (messages: readonly Message[]) => Message): Message[] {
    const batch: Message[] = [];
    const { now } = this.#engine;
    let open = this.#open(now);
    while (batch.length < most && open.length > 0) {
      const message = first(open);
      open = open.filter((other) => other !== message);
      message.receives += 1;
      if (message.receives > this.#settings.maxReceives) {
        this.dead.push(message);
        this.delete(message);
        continue;
      }
      batch.push(message);
    }
    for (const message of batch) message.visibleAt = now + this.#settings.visibilityMs;
    return batch;
  }

  delete(message: Message): void {
    this.#messages = this.#messages.filter((other) => other !== message);
  }

  /** What waits was sent by another version of the bridge. */
  rewrite(text: (text: string) => string): void {
    this.#messages = this.#messages.map((message) => ({ ...message, text: text(message.text) }));
  }

  /** Somebody empties it by hand. */
  purge(): void {
    this.#messages = [];
  }

  /** About how many wait, as the queue itself would say it. */
  get depth(): number {
    const { now } = this.#engine;
    return this.#messages.filter(({ visibleAt }) => visibleAt <= now).length;
  }

  get isEmpty(): boolean {
    return this.#messages.length === 0;
  }

  /** The oldest of each group, unless one of that group is with somebody; of those without a group all. */
  #open(now: number): Message[] {
    const blocked = new Set<string>();
    return this.#messages.filter(({ group, visibleAt }) => {
      if (group === undefined) return visibleAt <= now;
      if (blocked.has(group)) return false;
      blocked.add(group);
      return visibleAt <= now;
    });
  }
}
