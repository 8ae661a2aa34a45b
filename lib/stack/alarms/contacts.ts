import { Duration } from 'aws-cdk-lib';
import { type BridgeAlarm, counted, PERIOD, summed, type Watched } from './alarm.ts';

/** From the ledger into Mautic: nothing is lost here, but contacts may wait for somebody to act. */
export function contactAlarms(watched: Watched): readonly BridgeAlarm[] {
  return [...mauticAlarms(watched), ...waitingAlarms(watched)];
}

/** Mautic as a whole. */
function mauticAlarms({ functions }: Watched): readonly BridgeAlarm[] {
  return [
    {
      name: 'MauticStopped',
      metric: summed('MauticStopped', [
        counted(functions.sync, 'MauticStopped'),
        counted(functions['renew-token'], 'MauticStopped'),
      ]),
      description:
        'Mautic refuses the credentials, so nothing is written until a person acts. Check the API credentials in Mautic, put valid ones into the secret of the output MauticSecretId; the ledger catches up.',
      log: 'sync',
    },
    {
      name: 'FieldLeftOut',
      metric: counted(functions.sync, 'FieldLeftOut'),
      description:
        'A field of Mautic cannot be used as it is: it is missing, not published, a unique identifier, or Mautic could not make it. Contacts are written without it. The log and `npm run bridge -- status` name it and say what to change; once it is mended, every contact is written again by itself.',
      log: 'sync',
    },
    {
      name: 'TokenNotRenewed',
      metric: functions['renew-token'].notRenewed,
      description:
        'Two runs in a row could not look after the access token: most likely the secret of the output MauticSecretId is not filled in yet, else Mautic is away or a permission is missing. Read the reason in the log.',
      log: 'renew-token',
      lasting: { periods: 2, within: 7 },
    },
    {
      name: 'BreakerOpened',
      // A breaker that stays open is counted again at each probe in vain, every ten minutes at least.
      metric: counted(functions.sync, 'BreakerOpened'),
      description:
        'Most calls to Mautic have failed for a while, so it is left alone but for a probe now and then. Nothing is lost: contacts wait in the ledger and are written when Mautic answers again. Open Mautic, and read the codes in the log.',
      log: 'sync',
      lasting: { periods: 2, within: 6 },
    },
  ];
}

/** Contacts one by one. */
function waitingAlarms({ contacts, functions }: Watched): readonly BridgeAlarm[] {
  return [
    {
      name: 'ContactsDeferred',
      // A contact is tried again after an hour at most, so one that fails for hours shows in nearly all of them.
      metric: counted(functions.sync, 'ContactDeferred', Duration.hours(1)),
      description:
        'Contacts have been put off in three of the last four hours: Mautic is away, slow, or fails for them. Open Mautic and read the codes in the log; the ledger catches up by itself.',
      log: 'sync',
      lasting: { periods: 3, within: 4 },
    },
    {
      name: 'ContactParked',
      metric: counted(functions.sync, 'ContactParked'),
      description:
        'Mautic refuses a contact for good. Find the reason in the log (message, contact key), correct the data in the store or the field in Mautic; the next change of the contact tries again.',
      log: 'sync',
    },
    {
      name: 'EffectParked',
      metric: counted(functions.sync, 'EffectParked'),
      description:
        'A note, an e-mail or a segment of the policy could not be done for good, or nobody can tell whether Mautic sent an e-mail; it is never sent twice. Find the order and the reason in the log, and do it by hand if it was not done.',
      log: 'sync',
    },
    {
      name: 'ContactsDeadLetters',
      metric: contacts.deadLetters.metricApproximateNumberOfMessagesVisible({
        period: PERIOD,
        statistic: 'Maximum',
      }),
      description:
        '`sync` crashed ten times over the same rings. Nothing is lost, `sweep` rings again: read the crash in the log, mend it, then purge the dead-letter queue.',
      log: 'sync',
    },
  ];
}
