import { describeStack } from '../../aws/account/stack-description.ts';
import { createSecretsManagerClient } from '../../aws/clients.ts';
import { systemClock } from '../../aws/clock.ts';
import { createFunctionLogs } from '../../aws/telemetry/function-logs.ts';
import { scrub } from '../../aws/telemetry/scrub.ts';
import { type BridgeConfig, REGION_NAME } from '../../core/policy/configuration/bridge-config.ts';
import { PRODUCTION } from '../../core/policy/configuration/production.ts';
import { provideEnvironment, regionOfShell } from '../../environment.ts';
import { UsageError } from '../usage-error.ts';
import type { DeployedStack, Place, PlaceFlags } from './place.ts';

const APPLICATION = 'mautic-commerce-bridge';

/** There is no such stack in that region. */
export class NoStack extends Error {
  override readonly name = 'NoStack';
  readonly region: string;

  constructor(message: string, region: string) {
    super(message);
    this.region = region;
  }
}

/** How the stack of a stage is called. */
function stackNameOf(stage: string): string {
  return stage === PRODUCTION ? APPLICATION : `${APPLICATION}-${stage}`;
}

/**
 * Finds the deployed bridge of a stage by its stack's outputs, and puts what they say into this process's environment.
 * @throws UsageError when nothing says in which region; Error that says what to do when the stack is not there.
 */
export async function findDeployed(config: BridgeConfig, stage: string, flags: PlaceFlags): Promise<Place> {
  const region = flags.region ?? config.region ?? regionOfShell();
  if (region === undefined)
    throw new UsageError(
      'Nothing says in which region the bridge is: put region into bridge.config.ts, or give --region. For the bridge on this machine give --local.',
    );
  if (!REGION_NAME.test(region))
    throw new UsageError(
      '--region, or AWS_REGION in your shell, must be the name of a region like eu-central-1.',
    );
  provideEnvironment({
    AWS_REGION: region,
    ...(flags.profile !== undefined && { AWS_PROFILE: flags.profile }),
  });
  const stack = await stackOf(stackNameOf(stage), region);
  const client = createSecretsManagerClient();
  const variables = variablesOf(stack.outputs);
  // What a shell holds for npm start is not meant here.
  provideEnvironment({ ...variables, MAUTIC_BASE_URL: config.mautic.url });
  return {
    name: `the stack ${stack.name} in ${region}`,
    kind: 'deployed',
    isRunning: true,
    webhookBaseUrl: variables['WEBHOOK_BASE_URL'],
    readLogs: createFunctionLogs({ client, stack: stack.name, clock: systemClock }),
    stack,
    config,
    close: async () => client.destroy(),
  };
}

async function stackOf(name: string, region: string): Promise<DeployedStack> {
  const described = await describeStack(name).catch((cause: unknown) => {
    const reason = cause instanceof Error ? `${cause.name}: ${scrub(cause.message)}` : 'no answer';
    throw new Error(
      `AWS could not be asked for the stack ${name} in ${region} (${reason}). Give --profile, or put credentials into your shell.`,
      { cause },
    );
  });
  if (described) return { name, region, ...described };
  throw new NoStack(
    `There is no stack ${name} in ${region}. Deploy it with npx cdk deploy, or name another --stage or --region; for the bridge on this machine give --local.`,
    region,
  );
}

/** What the outputs say; a stack of version 0.1 says it in other ones, and not all of it. */
function variablesOf(outputs: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const listed = ['ReplayVariables', 'AuthoriseVariables', 'CommandVariables'].flatMap((name) =>
    (outputs[name] ?? '').split(' ').filter((variable) => variable.includes('=')),
  );
  const given = listed.map((variable) => {
    const end = variable.indexOf('=');
    return [variable.slice(0, end), variable.slice(end + 1)] as const;
  });
  const { StoreSecretsId, StoreKeysId, AlarmTopicArn } = outputs;
  const webhookUrl = Object.entries(outputs).find(([name]) => name.startsWith('WebhookUrl'))?.[1];
  return {
    ...(StoreSecretsId !== undefined && { STORE_SECRETS_ID: StoreSecretsId }),
    ...(StoreKeysId !== undefined && { STORE_KEYS_ID: StoreKeysId }),
    ...(AlarmTopicArn !== undefined && { ALARM_TOPIC_ARN: AlarmTopicArn }),
    ...(webhookUrl !== undefined && { WEBHOOK_BASE_URL: webhookUrl.replace(/\/webhooks\/[^/]*$/, '') }),
    ...Object.fromEntries(given),
  };
}
