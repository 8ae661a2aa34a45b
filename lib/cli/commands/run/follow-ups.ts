import type { ContactKey } from '../../../core/ledger/email.ts';
import { type Ref, refName } from '../../../core/ledger/snapshot.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import {
  type FollowUpLine,
  listFollowUps,
  previewTokens,
  type RuleSummary,
} from '../../../pipeline/follow-ups/list.ts';
import { createHistory } from '../../../pipeline/registers/history.ts';
import { startsSoFar } from '../../../pipeline/registers/since.ts';
import { openLedger } from '../../ledger.ts';
import { countedSurvey } from '../../output/counted-survey.ts';
import { createProgress } from '../../output/progress.ts';
import type { Site } from '../../place/place.ts';
import { answer, createTerminalLog } from '../../terminal.ts';
import { NO_CONTACT } from './explain.ts';

interface Wanted {
  readonly contact: ContactKey | undefined;
  /** Also what is not sent. */
  readonly why: boolean;
}

/** A line for each follow-up, then one for each rule. @throws Error when the ledger knows nothing of the contact. */
export async function listing(site: Site, { contact, why }: Wanted): Promise<void> {
  const { ledger, clock, close } = openLedger();
  const { stores, policy } = site.config;
  const lines: FollowUpLine[] = [];
  const zones = new Map(
    stores.flatMap(({ id, timezone }) => (timezone === undefined ? [] : [[id, timezone] as const])),
  );
  const progress = site.json ? undefined : createProgress({ what: 'contacts' });
  const shared = { stores, policy, things: ledger, registers: ledger, clock };
  try {
    if (contact !== undefined && (await ledger.profile(contact)) === undefined) throw new Error(NO_CONTACT);
    const parts = {
      ...shared,
      survey: countedSurvey(ledger, progress),
      contacts: ledger,
      zones,
      since: () => startsSoFar(shared),
      history: createHistory({ ...shared, log: createTerminalLog(site.terminal) }),
    };
    const summary = await listFollowUps(parts, contact, (line) => {
      if (why || line.dueAt !== undefined) lines.push(line);
    });
    progress?.end();
    const sums = [...summary].map(([rule, sum]) => sumOf(rule, sum));
    const said = lines.map(({ thing, rule, sentence }) => `${thing} ${rule}: ${sentence}`);
    answer(site, { rules: Object.fromEntries(summary), lines }, [
      ...said,
      ...(sums.length > 0 ? sums : [noneOf(policy, contact)]),
    ]);
  } finally {
    progress?.end();
    close();
  }
}

/** Why there is not one line. */
function noneOf({ followUps = [] }: Pick<Policy, 'followUps'>, contact: ContactKey | undefined): string {
  if (followUps.length === 0) return 'The policy has no follow-ups.';
  return contact === undefined
    ? 'Nobody has anything that a rule is about.'
    : 'No rule is about anything that this person has.';
}

function sumOf(rule: string, { due, ahead, not }: RuleSummary): string {
  const others = Object.entries(not).map(([why, orders]) => `${why} ${String(orders)}`);
  return `${rule}: ${String(due)} due, ${String(ahead)} ahead${others.length > 0 ? `; not: ${others.join(', ')}` : ''}`;
}

/** What each token stands for. @throws Error when the ledger has no such order. */
export async function preview(site: Site, ref: Ref): Promise<void> {
  const { ledger, close } = openLedger();
  try {
    const tokens = await previewTokens({ things: ledger }, ref);
    if (tokens === undefined) throw new Error(`The ledger has no ${refName(ref)}.`);
    answer(
      site,
      { tokens },
      Object.entries(tokens).map(([token, value]) => `{${token}}: ${value}`),
    );
  } finally {
    close();
  }
}
