import * as v from 'valibot';
import type { Shell } from './shell.ts';

/** What is in the account besides what `cdk bootstrap` made: kind → names. */
export async function inventory({ aws }: Shell): Promise<Readonly<Record<string, readonly string[]>>> {
  const found = await Promise.all(
    LISTS.map(async ([kind, command, list, name]) => {
      const answer = v.parse(v.record(v.string(), v.unknown()), (await aws(...command.split(' '))) ?? {});
      const names = v.parse(v.array(v.unknown()), answer[list] ?? []).map((one) => nameOf(one, name));
      return [kind, names.filter((one) => !/cdk-hnb659fds|CDKToolkit/.test(one))] as const;
    }),
  );
  return Object.fromEntries(found);
}

/** Kind, command, where in its answer they are, and what they are called by. */
const LISTS = [
  ['tables', 'dynamodb list-tables', 'TableNames', ''],
  ['buckets', 's3api list-buckets', 'Buckets', 'Name'],
  ['secrets', 'secretsmanager list-secrets', 'SecretList', 'Name'],
  ['queues', 'sqs list-queues', 'QueueUrls', ''],
  ['functions', 'lambda list-functions', 'Functions', 'FunctionName'],
  ['feeds', 'lambda list-event-source-mappings', 'EventSourceMappings', 'UUID'],
  ['schedules', 'scheduler list-schedules', 'Schedules', 'Name'],
  ['log groups', 'logs describe-log-groups', 'logGroups', 'logGroupName'],
  ['APIs', 'apigatewayv2 get-apis', 'Items', 'ApiId'],
  ['topics', 'sns list-topics', 'Topics', 'TopicArn'],
  ['alarms', 'cloudwatch describe-alarms', 'MetricAlarms', 'AlarmName'],
  ['roles', 'iam list-roles', 'Roles', 'RoleName'],
] as const;

function nameOf(one: unknown, name: string): string {
  return name === '' ? v.parse(v.string(), one) : v.parse(v.record(v.string(), v.any()), one)[name];
}

const Resources = v.object({
  StackResources: v.array(v.object({ LogicalResourceId: v.string(), PhysicalResourceId: v.string() })),
});

/** The physical id of the resource whose logical id begins so. @throws when the stack has none. */
export async function idOf({ aws }: Shell, stack: string, beginning: string): Promise<string> {
  const answer = await aws('cloudformation', 'describe-stack-resources', '--stack-name', stack);
  const { StackResources } = v.parse(Resources, answer);
  const found = StackResources.find(({ LogicalResourceId: id }) => id.startsWith(beginning));
  if (!found) throw new Error(`The stack ${stack} has no resource ${beginning}…`);
  return found.PhysicalResourceId;
}

const Events = v.object({ events: v.array(v.object({ message: v.string() })) });

/** Every line that a function of the stack has logged. */
export async function linesOf({ aws }: Shell, stack: string, fn: string): Promise<readonly string[]> {
  const group = `/aws/lambda/${stack}/${fn}`;
  const { events } = v.parse(Events, await aws('logs', 'filter-log-events', '--log-group-name', group));
  return events.map(({ message }) => message.trim());
}

/** Runs a function of the stack, by the beginning of its logical id, as a schedule would. @throws Error when it fails. */
export async function invoke(shell: Shell, stack: string, beginning: string): Promise<void> {
  const name = await idOf(shell, stack, beginning);
  const answer = await shell.aws('lambda', 'invoke', '--function-name', name, '/dev/null');
  const { FunctionError } = v.parse(v.object({ FunctionError: v.optional(v.string()) }), answer);
  if (FunctionError !== undefined) throw new Error(`The function ${name} failed: ${FunctionError}`);
}
