import { storyLines } from '../../../pipeline/explain/story.ts';
import { createExplain, type Subject } from '../../../pipeline/explain.ts';
import { openLedger } from '../../ledger.ts';
import type { Site } from '../../place/place.ts';
import { answer } from '../../terminal.ts';

/** @throws Error when the ledger knows nothing of it. */
export async function explain(site: Site, subject: Subject): Promise<void> {
  const { ledger, clock, close } = openLedger();
  try {
    const { policy } = site.config;
    const story = await createExplain({ things: ledger, contacts: ledger, registers: ledger, policy, clock })(
      subject,
    );
    if (!story) throw new Error(subject.kind === 'order' ? NO_ORDER : NO_CONTACT);
    answer(site, story, storyLines(story));
  } finally {
    close();
  }
}

const NO_ORDER =
  "The ledger has no such order: no webhook told of it, and it was not read. Give the order's id, which some shops show another number for; bridge doctor looks at the store's webhooks and keys.";
const NO_CONTACT =
  'The ledger knows nothing of this person: no order or customer record ever had this address.';
