import type { Survey, SurveyPage } from '../../core/ports/ledger.ts';
import type { Progress } from './progress.ts';

/** A survey of the ledger that shows how much of it was read; `undefined`: nobody looks. */
export function countedSurvey(survey: Survey, progress: Pick<Progress, 'update'> | undefined): Survey {
  let read = 0;
  const shown = <Item>(page: SurveyPage<Item>): SurveyPage<Item> => {
    read += page.items.length;
    // A ledger of one page is read at once.
    if (page.next !== undefined) progress?.update(read);
    return page;
  };
  return {
    profiles: async (after) => shown(await survey.profiles(after)),
    orders: async (after) => shown(await survey.orders(after)),
    carriers: async (after) => shown(await survey.carriers(after)),
  };
}
