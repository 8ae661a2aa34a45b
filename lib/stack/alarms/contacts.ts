import { Duration } from 'aws-cdk-lib';
import { commandLine } from '../../core/ledger/command.ts';
import { AGAIN, type BridgeAlarm, counted, measured, PERIOD, summed, type Watched } from './alarm.ts';

/** From the ledger into Mautic: nothing is lost here, but contacts may wait for somebody to act. */
export function contactAlarms(watched: Watched): readonly BridgeAlarm[] {
  return [...mauticAlarms(watched), ...waitingAlarms(watched), ...standingAlarms(watched)];
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
      description: `A field of Mautic cannot be used as it is: it is missing, not published, a unique identifier, or Mautic could not make it. Contacts are written without it. The log and ${commandLine('status')} name it and say what to change; once it is mended, every contact is written again by itself.`,
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
        'A note or an e-mail could not be done for good, or nobody can tell whether Mautic sent an e-mail; it is never sent twice. Find the order and the reason in the log, and do it by hand if it was not done.',
      log: 'sync',
    },
    {
      name: 'EffectTargetMissing',
      metric: counted(functions.sync, 'EffectTargetMissing'),
      description:
        'An e-mail or a segment that the policy names is not there in Mautic, or the e-mail is not published. What needs it waits and is done once it can be: publish it, make it again, or name another one in bridge.config.ts. The log says which.',
      log: 'sync',
    },
    {
      name: 'ContactsDeadLetters',
      metric: contacts.deadLetters.metricApproximateNumberOfMessagesVisible({
        period: PERIOD,
        statistic: 'Maximum',
      }),
      description:
        '`sync` did not get to the end of the same rings in ten tries. Nothing is lost, `sweep` rings again: read the error in the log, mend it, then purge the dead-letter queue.',
      log: 'sync',
    },
  ];
}

/** The way to Mautic itself, where it stands still or turns in circles. */
function standingAlarms({ contacts, functions }: Watched): readonly BridgeAlarm[] {
  return [
    {
      name: 'ContactFailed',
      metric: counted(functions.sync, 'ContactFailed'),
      description:
        'Contacts could not be worked on, again and again: the ledger cannot be read or written for them, or a permission on it is missing. They come back for an hour, then their rings are dead letters; nothing is lost. Read the reason in the log and mend it.',
      log: 'sync',
      lasting: AGAIN,
    },
    {
      name: 'RingsLate',
      metric: contacts.queue.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: 'Maximum' }),
      description:
        'A contact that was rung for has waited for more than half an hour. Look whether the trigger of `sync` is enabled and whether `sync` runs; after an import the queue is just long. Nothing is lost.',
      log: 'sync',
      above: Duration.minutes(30).toSeconds(),
    },
    {
      name: 'DueNotMoved',
      metric: counted(functions.sweep, 'DueNotMoved'),
      description:
        '`sweep` finds contacts that are due and cannot note in the ledger that it rings for them, so it does not ring: most likely the permission to update the ledger is missing. Contacts wait until that is mended; nothing is lost.',
      log: 'sweep',
      lasting: AGAIN,
    },
    {
      name: 'ContactsOverdue',
      metric: measured(functions.sweep, 'MinutesOverdue'),
      description:
        'For twenty minutes the contact that was due first has been waiting for more than an hour, although Mautic may be called. After an outage the backlog is just long: look whether it shrinks. Else find out in the log why nobody rings for it.',
      log: 'sweep',
      above: 60,
      lasting: { periods: 4, within: 6 },
    },
  ];
}
