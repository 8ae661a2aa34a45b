import type { FunctionName } from '../../../lib/stack/functions/sizing.ts';
import { resolved } from '../resolved.ts';
import { functionOf, resources } from '../template.ts';

/** What a role allows although its function never asks for it. */
export interface Unseen {
  readonly actions: readonly string[];
  /** As the template names it. */
  readonly on: string;
  readonly because: string;
}

/** Everything a role allows that no call of its function can show. */
export function unseenOf(name: FunctionName): readonly Unseen[] {
  return [
    {
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      on: `${name.replace('-', '')}Logs.Arn`,
      because: 'Lambda writes down, in the name of the function, what the function prints',
    },
    ...queuesOf(name).map((on) => ({
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      on,
      because: 'Lambda takes the messages from the queue, in the name of the function',
    })),
    ...(OWN[name] ?? []),
  ];
}

const OWN: Readonly<Partial<Record<FunctionName, readonly Unseen[]>>> = {
  record: [
    {
      actions: ['s3:ListBucket'],
      on: 'Bodies.Arn',
      because:
        'nobody lists: S3 says that an object is not there only to those who may, and to the others that it is forbidden',
    },
  ],
};

/** The queues that feed the function. */
function queuesOf(name: FunctionName): readonly string[] {
  const { id } = functionOf(name);
  return [...resources('AWS::Lambda::EventSourceMapping').values()]
    .filter(({ FunctionName: fed }) => resolved(fed) === id)
    .map(({ EventSourceArn: queue }) => resolved(queue));
}
