import type { Ring } from '../contact/contact.ts';
import type { Delivery } from '../ledger/delivery.ts';

/** The queue of raw deliveries. */
export interface Deliveries {
  /** @throws when the queue did not take it. */
  send(delivery: Delivery): Promise<void>;
}

/** Bodies that are too large for the queue. */
export interface Bodies {
  put(key: string, body: Uint8Array): Promise<void>;
  /** `undefined` when there is no such object (its lifecycle ended). */
  get(key: string): Promise<Uint8Array | undefined>;
}

/** The queue of rings, one lane per contact. */
export interface Doorbell {
  ring(rings: readonly Ring[]): Promise<void>;
  /** About how many rings wait. */
  depth(): Promise<number>;
}

/** What a consumer failed at so often that the queue put it aside. */
export interface DeadLetters<Message> {
  /** Some of those that wait, hidden from everybody for ten minutes; none when there are no more. */
  receive(): Promise<readonly DeadLetter<Message>[]>;
  /** They are done with. */
  remove(letters: readonly DeadLetter<Message>[]): Promise<void>;
  /** They stay, for everybody to see. */
  release(letters: readonly DeadLetter<Message>[]): Promise<void>;
}

export interface DeadLetter<Message> {
  /** The same each time it is received. */
  readonly id: string;
  /** Valid until it is removed or released. */
  readonly receipt: string;
  /** Undefined when it has no shape that this version knows. */
  readonly message: Message | undefined;
  /** Epoch ms. */
  readonly sentAt: number;
}
