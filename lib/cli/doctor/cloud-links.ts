import { countSubscribers } from '../../aws/account/alarm-subscribers.ts';
import { callerIdentity } from '../../aws/account/identity.ts';
import { counted } from '../../core/ledger/counted.ts';
import { adviceOn, obstaclesTo } from '../../core/policy/configuration/advice.ts';
import { CommandEnvironment, readEnvironment } from '../../environment.ts';
import type { Site } from '../place/place.ts';
import { type Finding, failure, type Link, ok, warning } from './link.ts';

/** The configuration, and what AWS says of the stack. */
export function cloudLinks({ place, config }: Site): readonly Link[] {
  return [
    { name: 'configuration', look: async () => configuration(config, place.kind !== 'local') },
    ...(place.kind === 'local' ? [{ name: 'bridge', look: async () => [localBridge(place)] }] : []),
    ...(place.kind === 'deployed' ? [{ name: 'AWS identity', look: async () => [await identity()] }] : []),
    ...(place.stack ? [{ name: 'stack', look: async () => [stackState(place)] }] : []),
  ];
}

/** Who hears alarms; there are none on a laptop. */
export function alarmLinks({ place }: Site): readonly Link[] {
  if (place.kind !== 'deployed') return [];
  return [{ name: 'alarms', look: async () => [await subscribers()] }];
}

function configuration(config: Site['config'], isDeployed: boolean): readonly Finding[] {
  const name = 'configuration';
  const obstacles = isDeployed ? obstaclesTo('this stage', config) : [];
  const stores = config.stores.map(({ id }) => id).join(', ');
  return [
    ok(name, `${counted(config.stores.length, 'store')}: ${stores}; Mautic at ${hostOf(config.mautic.url)}`),
    ...obstacles.map((obstacle) => failure(name, obstacle, 'Edit bridge.config.ts and deploy it.')),
    ...adviceOn(config).map((advice) =>
      warning(name, advice, 'Correct it in bridge.config.ts if it is not meant.'),
    ),
  ];
}

function localBridge({ isRunning }: Site['place']): Finding {
  if (isRunning) return ok('bridge', 'npm start runs on this machine');
  return warning('bridge', 'it is stopped: nothing comes in, nothing is written', 'Start it: npm start.');
}

async function identity(): Promise<Finding> {
  const { account, arn } = await callerIdentity();
  return ok('AWS identity', `account ${account}, as ${arn.split(':').at(-1) ?? arn}`);
}

function stackState({ name, stack, config }: Site['place']): Finding {
  const status = stack?.status ?? 'unknown';
  if (/_FAILED$|ROLLBACK/.test(status))
    return failure(
      'stack',
      `${name} is ${status}`,
      'Look at its events in CloudFormation, mend what they name, and deploy again.',
    );
  if (status.endsWith('_IN_PROGRESS'))
    return warning('stack', `${name} is being changed (${status})`, 'Wait until that is over.');
  const unknown = config.stores.filter(
    ({ id }) => !Object.hasOwn(stack?.outputs ?? {}, `WebhookUrl${id.replaceAll('-', 'X')}`),
  );
  if (unknown.length > 0)
    return warning(
      'stack',
      `it does not know store ${unknown.map(({ id }) => id).join(', ')} of bridge.config.ts`,
      'Deploy this configuration: npx cdk deploy.',
    );
  if (stack?.outputs['CommandVariables'] === undefined)
    return warning('stack', `${name} is of an older version`, 'Deploy this one: npx cdk deploy.');
  return ok('stack', `${name} is ${status}`);
}

async function subscribers(): Promise<Finding> {
  const { ALARM_TOPIC_ARN: topic } = readEnvironment(CommandEnvironment);
  if (topic === undefined)
    return { link: 'alarms', state: 'skipped', says: 'this version of the stack has no topic' };
  const { confirmed, pending } = await countSubscribers(topic);
  if (confirmed > 0)
    return ok('alarms', `${counted(confirmed, 'subscriber hears', 'subscribers hear')} them`);
  if (pending > 0)
    return warning(
      'alarms',
      'nobody has confirmed the subscription',
      'Open the mail that AWS sent and confirm it.',
    );
  return warning(
    'alarms',
    'nobody hears them',
    "Say who: alarms: { email: 'you@example.com' } in bridge.config.ts, and deploy.",
  );
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url;
}
