import { randomFrom } from '../support/random.ts';

/** What a seed decides; every question takes one number from the same stream, so that a seed replays exactly. */
export class Dice {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  /** In [0, 1). */
  next(): number {
    return this.#random();
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.#random() * (most - least + 1));
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.#random() * items.length)];
    if (item === undefined) throw new Error('there is nothing to pick from');
    return item;
  }
}

interface Event {
  readonly at: number;
  readonly order: number;
  readonly happen: () => void;
}

/**
 * Time of its own: whatever waits is an event, and the clock jumps from one to the next. Between two events everything
 * runs until it waits again, so that the same seed gives the same interleaving.
 */
export class Engine {
  now: number;
  events = 0;
  readonly #queue: Event[] = [];
  #order = 0;

  constructor(now: number) {
    this.now = now;
  }

  /** Resolves when so much time has passed. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  after(ms: number, happen: () => void): void {
    this.#order += 1;
    insert(this.#queue, { at: this.now + Math.max(0, Math.ceil(ms)), order: this.#order, happen });
  }

  /** Time in which nothing happens: what waits, waits so much longer. */
  skip(ms: number): void {
    this.now += ms;
    for (const [index, event] of this.#queue.entries()) this.#queue[index] = { ...event, at: event.at + ms };
  }

  /** Lets everything happen until this moment. */
  async runUntil(end: number): Promise<void> {
    for (let event = this.#queue[0]; event !== undefined && event.at <= end; event = this.#queue[0]) {
      take(this.#queue);
      this.now = Math.max(this.now, event.at);
      this.events += 1;
      event.happen();
      await settled();
    }
    this.now = Math.max(this.now, end);
  }
}

/** Everything that does not wait for the engine has run when this resolves. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** A binary heap: the earliest event first, of two at one time the older one. */
function insert(heap: Event[], event: Event): void {
  let index = heap.length;
  heap.push(event);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!isBefore(event, heap[parent])) break;
    heap[index] = heap[parent] as Event;
    index = parent;
  }
  heap[index] = event;
}

function take(heap: Event[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    if (isBefore(heap[child + 1], heap[child])) child += 1;
    if (!isBefore(heap[child], last)) break;
    heap[index] = heap[child] as Event;
    index = child;
  }
  heap[index] = last;
}

function isBefore(a: Event | undefined, b: Event | undefined): boolean {
  if (a === undefined) return false;
  if (b === undefined) return true;
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
