import { standingLines } from '../../../pipeline/status/standing-lines.ts';
import { createStatus } from '../../../pipeline/status.ts';
import { openLedger } from '../../ledger.ts';
import { countedSurvey } from '../../output/counted-survey.ts';
import { createProgress } from '../../output/progress.ts';
import type { Site } from '../../place/place.ts';
import { answer } from '../../terminal.ts';

/** A line for each subject. */
export async function status(site: Site): Promise<void> {
  const { ledger, countDeadLetters, clock, close } = openLedger();
  const { stores, policy } = site.config;
  const progress = site.json ? undefined : createProgress({ what: 'things of the ledger' });
  const survey = countedSurvey(ledger, progress);
  try {
    const standing = await createStatus({ survey, registers: ledger, stores, policy, clock })();
    progress?.end();
    const [deliveries = 0, rings = 0] = await countDeadLetters();
    const last = `dead letters: ${String(deliveries)} deliveries, ${String(rings)} rings`;
    answer(site, { ...standing, deadLetters: { deliveries, rings } }, [...standingLines(standing), last]);
  } finally {
    progress?.end();
    close();
  }
}
