import type { StoreKind } from '../../../lib/core/stores/store-api.ts';

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
  /** An object that a FluentCart store's REST API shows. */
  | { readonly type: 'reading'; readonly thing: StoreKind; readonly text: string }
  /** What such an API answers, whatever it is asked. */
  | { readonly type: 'answers'; readonly thing: StoreKind; readonly status: number; readonly text: string }
  | { readonly type: 'message'; readonly queue: 'deliveries' | 'contacts'; readonly text: string }
);
