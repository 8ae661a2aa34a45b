import type { IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { counted, type Watched } from '../alarms/alarm.ts';
import { graph } from './widgets.ts';

/** What happens once for an order, and what waits for its time. */
export function effectWidgets({ functions: { sync, sweep } }: Watched): readonly IWidget[] {
  return [
    graph('Due', 'in five minutes', [
      // An effect that is due, a change and another try stand on one list of contacts.
      counted(sweep, 'ContactRung').with({ label: 'contacts of which something was due' }),
    ]),
    graph('Done', 'in five minutes', [counted(sync, 'EffectDone').with({ label: 'notes and e-mails' })]),
    graph('Parked, waiting for a person', 'in five minutes', [
      counted(sync, 'EffectParked').with({ label: 'notes, e-mails, segments, items' }),
      counted(sync, 'EffectTargetMissing').with({ label: 'what Mautic does not have' }),
      counted(sync, 'ContactParked').with({ label: 'contacts' }),
      counted(sync, 'ContactDeferred').with({ label: 'contacts put off' }),
    ]),
  ];
}
