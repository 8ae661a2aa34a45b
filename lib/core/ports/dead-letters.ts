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
