/** By whom a thing was seen. */
export interface Witness {
  readonly store: string;
  /** The store's clock at a REST read, epoch ms; a webhook has none. */
  readonly readAt?: number;
}

/** Dates have a resolution of one second (facts/woocommerce §1.9): two later, nothing of that second can follow. */
const SETTLED_AFTER_MS = 2_000;

/** Whether a thing changed at that moment (epoch ms) was read when nothing more of its second could follow. */
export function isSettled(modifiedAt: number, { readAt }: Witness): boolean {
  return readAt !== undefined && readAt >= modifiedAt + SETTLED_AFTER_MS;
}
