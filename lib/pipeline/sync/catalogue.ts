import { type Ref, refName } from '../../core/ledger/snapshot.ts';
import type { Entry, Things } from '../../core/ports/ledger.ts';

type Loads = Pick<Things, 'load'>;

/**
 * Reads products for all contacts of a batch together, because many have bought the same: while one look is under way,
 * whoever asks waits for the next, which begins after they asked. So each sees what a look of their own would have
 * shown them. Where a common look fails, each looks for itself: one product that cannot be read costs no other contact.
 */
export function createCatalogue(things: Loads): Loads {
  const asked = new Map<string, Ref>();
  let underWay: Promise<unknown> = Promise.resolve();
  let next: Promise<ReadonlyMap<string, Entry>> | undefined;

  async function look(): Promise<ReadonlyMap<string, Entry>> {
    await underWay;
    const refs = [...asked.values()];
    asked.clear();
    next = undefined;
    const found = things.load(refs);
    underWay = found.catch(() => undefined);
    return found;
  }

  return {
    load: async (refs) => {
      for (const ref of refs) asked.set(refName(ref), ref);
      next ??= look();
      const found = await next.catch(() => things.load(refs));
      return new Map(
        refs.map(refName).flatMap((name) => {
          const entry = found.get(name);
          return entry ? [[name, entry] as const] : [];
        }),
      );
    },
  };
}
