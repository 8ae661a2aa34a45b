/** One request as it reaches API Gateway; header names as they were sent, repeated ones included. */
export interface Request {
  readonly store: string;
  readonly headers: readonly Header[];
  readonly body: Buffer;
}
export type Header = readonly [name: string, value: string];

/** What follows from one seed. */
export type Input = { readonly kind: string } & (
  | {
      readonly type: 'requests';
      readonly requests: readonly Request[];
      /** The last of them was said before; or all of them were, so that the last finds everything up to date. */
      readonly repeats?: 'last' | 'all';
    }
  | { readonly type: 'arrival'; readonly topic: string; readonly body: Buffer }
  | { readonly type: 'message'; readonly queue: 'deliveries' | 'contacts'; readonly text: string }
);
