import type { Params } from './selection.ts';

export interface RestRequest {
  readonly method: string;
  /** Below the namespace. */
  readonly path: string;
  readonly params: Params;
  readonly body: unknown;
}
