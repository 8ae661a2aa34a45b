/** Enough to hide the latency of a database, few enough not to be throttled by it. */
const WORKERS = 8;

/** Runs `work` over all items, a few at a time. Rejects with the first error; the items under way still end. */
export async function inParallel<Item>(
  items: Iterable<Item>,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(WORKERS, queue.length) }, worker));
}
