import { normaliseEmail } from '../../core/ledger/email.ts';
import { type OptOutList, optOutOf, readOptOut } from '../../core/stores/opt-out.ts';
import { wantNow } from '../wants/want-now.ts';
import { lastNight, openRound } from './rounds.ts';
import { Unread, type Visit } from './visit.ts';

/** Each quarter of an hour what is new; the first page on which everybody is known ends it. */
export async function readNewOptOuts(visit: Visit): Promise<boolean> {
  if (!visit.optOuts) return true;
  for (let page = 1; ; page += 1) {
    if (!visit.hasTime()) return false;
    const { last, news } = await readPage(visit, visit.optOuts, page);
    if (last || news === 0) return true;
  }
}

/** Once a day the whole list, by page until a short one: whom a page that shifted has hidden is found then. */
export async function readAllOptOuts(visit: Visit): Promise<boolean> {
  if (!visit.optOuts) return true;
  const work = await openRound(visit, 'OPTOUTS', lastNight(visit.parts.clock.now()));
  if (!work) return true;
  const { startedAt, page: reached = 0 } = work.round;
  for (let page = reached + 1; ; page += 1) {
    if (!visit.hasTime()) return false;
    const { last } = await readPage(visit, visit.optOuts, page);
    await work.bookmark.save({ startedAt, done: last, page });
    if (last) return true;
  }
}

async function readPage(
  visit: Visit,
  list: OptOutList,
  page: number,
): Promise<{ readonly last: boolean; readonly news: number }> {
  const found = await list.optOuts({ page });
  if (!found.ok) throw new Unread(found.failure, 'opt-outs');
  const { items, last } = found.value;
  let news = 0;
  for (const { email } of items) news += (await note(visit, email)) ? 1 : 0;
  visit.tally.read += items.length;
  visit.tally.changed += news;
  return { last, news };
}

/** Whether it is new; its contact is told, also after a run that died before it did. */
async function note({ parts, store }: Visit, email: string): Promise<boolean> {
  const address = normaliseEmail(email);
  if (!address.usable) return false;
  const { registers, clock } = parts;
  const register = optOutOf(store.id, address.key);
  const stored = await registers.read(register);
  const known = readOptOut(stored?.text);
  if (known?.told) return false;
  const at = known?.at ?? clock.now();
  const first = { at, told: false };
  if (!known && !(await registers.write(register, JSON.stringify(first), undefined))) return false;
  await wantNow(parts, address.key);
  await registers.write(register, JSON.stringify({ at, told: true }), stored?.revision ?? 1);
  return true;
}
