import { succeeded } from '../../lib/core/ledger/failure.ts';
import type { MauticItems } from '../../lib/core/ports/mautic.ts';
import { ItemTable } from '../support/item-table.ts';
import { OBJECTS, UNIQUES } from '../support/shop-objects.ts';
import { openWorkshop } from '../support/workshop.ts';

const ANNA = 'anna@example.test';
const ORDERS = 2_000;
const LINES = 5;
/** What `sync` may need besides the ledger, which lives in the same process here; the function has 512 MB. */
const MOST_MB = 200;
const MB = 1024 * 1024;

/** The greatest heap that was seen, in bytes. */
class Peak {
  bytes = 0;

  look(): void {
    this.bytes = Math.max(this.bytes, process.memoryUsage().heapUsed);
  }
}

/** Items of a Mautic in memory; each call is a chance to look at the heap. */
function itemsIn(table: ItemTable, peak: Peak, calls: number[]): MauticItems {
  return {
    write: async (entries) => {
      peak.look();
      calls.push(entries.reduce((sum, { items }) => sum + items.length, 0));
      for (const { contactId, items } of entries) for (const item of items) table.write(contactId, item);
      return entries.map(() => succeeded({ email: ANNA, hasItems: true }));
    },
  };
}

/** Brings one contact with 2,000 orders and 10,000 lines into Mautic, and says what it took. */
async function main(): Promise<void> {
  const [table, peak, calls] = [new ItemTable(UNIQUES), new Peak(), [] as number[]];
  const shop = openWorkshop({ customObjects: OBJECTS, tags: [] }, itemsIn(table, peak, calls));
  const lines = Array.from({ length: LINES }, (_, index) => ({ sku: `SKU-${String(index)}` }));
  for (let id = 1; id <= ORDERS; id += 1) await shop.order({ id, email: ANNA, lines });
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const begun = performance.now();
  await shop.settle();
  const seconds = (performance.now() - begun) / 1000;
  const grown = (peak.bytes - before) / MB;
  const written = table.all().length;
  process.stdout.write(
    [
      `orders ${String(ORDERS)}, lines ${String(ORDERS * LINES)}: items ${String(written)}`,
      `calls ${String(calls.length)}, items a call at most ${String(Math.max(...calls))}`,
      `heap before ${(before / MB).toFixed(0)} MB, at most ${grown.toFixed(0)} MB more, ${seconds.toFixed(1)} s`,
      '',
    ].join('\n'),
  );
  const isThrough = written === ORDERS * (LINES + 1);
  if (!isThrough || grown > MOST_MB || Math.max(...calls) > 50) process.exitCode = 1;
}

await main();
