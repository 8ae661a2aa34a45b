import { commandLine } from '../../core/ledger/command.ts';
import type { Failure } from '../../core/ledger/failure.ts';
import { type Finding, failure } from './link.ts';

/** What to do about credentials that are in the secret and refused, beside correcting them there. */
export const OTHER_CREDENTIALS = `Others are taken, and tried at once, by ${commandLine('setup --renew')}.`;

/** A failure of Mautic: what it was about, and the remedy, stand in one message. */
export function ofFailure(link: string, { code, message }: Failure): Finding {
  const end = message.indexOf('. ');
  const [says, first] = end < 0 ? [message, ''] : [message.slice(0, end + 1), message.slice(end + 2)];
  const remedy = first.includes(' in the secret') ? `${first} ${OTHER_CREDENTIALS}` : first;
  if (code === 'stopped') return failure(link, `${says} The bridge sends nothing until then.`, remedy);
  return failure(link, `${says} (${code})`, remedy === '' ? 'Mend it in Mautic.' : remedy);
}
