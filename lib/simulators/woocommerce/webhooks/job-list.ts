/** One thing to tell one webhook. */
export interface Job {
  readonly webhookId: number;
  /** The order, customer or product. */
  readonly id: number;
}

/** Jobs in the order they came, claimed in batches as Action Scheduler does. */
export interface JobList {
  /** Merged with the same job if that still waits, claimed or not (facts/woocommerce §1.6). */
  add(job: Job, options: { readonly merge: boolean }): void;
  /** Removes the next one; `startsBatch` when a new batch had to be claimed for it. */
  next(): { readonly job: Job; readonly startsBatch: boolean } | undefined;
  /** What is claimed waits again. */
  release(): void;
  size(): number;
}

/** As many as Action Scheduler claims at once. */
const BATCH = 25;

export function createJobList(): JobList {
  /** How many of a name wait, claimed or not. */
  const names = new Map<string, number>();
  let queued: Job[] = [];
  let claimed: Job[] = [];

  function add(job: Job, { merge }: { readonly merge: boolean }): void {
    const count = names.get(nameOf(job)) ?? 0;
    if (merge && count > 0) return;
    names.set(nameOf(job), count + 1);
    queued.push(job);
  }
  function next() {
    const startsBatch = claimed.length === 0;
    if (startsBatch) claimed = queued.splice(0, BATCH);
    const job = claimed.shift();
    if (job === undefined) return undefined;
    const count = (names.get(nameOf(job)) ?? 0) - 1;
    if (count > 0) names.set(nameOf(job), count);
    else names.delete(nameOf(job));
    return { job, startsBatch };
  }
  function release(): void {
    queued = [...claimed, ...queued];
    claimed = [];
  }
  return { add, next, release, size: () => claimed.length + queued.length };
}

function nameOf({ webhookId, id }: Job): string {
  return `${String(webhookId)}/${String(id)}`;
}
