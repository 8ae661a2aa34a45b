import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { findDeployed } from '../../lib/cli/place/deployed.ts';
import { UsageError } from '../../lib/cli/usage-error.ts';
import { defineBridge, stageOf } from '../../lib/core/policy/configuration/bridge-config.ts';
import { CommandEnvironment, readEnvironment } from '../../lib/environment.ts';
import { startCloudFormation } from '../support/cloudformation.ts';

const ALL = {
  TABLE_NAME: 'ledger',
  CONTACTS_QUEUE_URL: 'https://sqs.example.com/contacts.fifo',
  DELIVERIES_DEAD_LETTERS_URL: 'https://sqs.example.com/deliveries-dead',
  CONTACTS_DEAD_LETTERS_URL: 'https://sqs.example.com/contacts-dead.fifo',
  BODIES_BUCKET: 'bodies',
  MAUTIC_SECRET_ID: 'arn:mautic',
  MAUTIC_TOKEN_SECRET_ID: 'arn:token',
  DELIVERIES_QUEUE_URL: 'https://sqs.example.com/deliveries',
  STORE_SECRETS_ID: 'arn:stores',
  STORE_KEYS_ID: 'arn:keys',
  WEBHOOK_BASE_URL: 'https://api.example.com',
  ALARM_TOPIC_ARN: 'arn:topic',
};
const textOf = (variables: object) =>
  Object.entries(variables)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
const config = (region?: string) =>
  stageOf(
    defineBridge({
      ...(region !== undefined && { region }),
      stores: [{ id: 'demo', kind: 'woocommerce', currency: 'EUR' }],
      mautic: { url: 'https://mautic.example.org' },
    }),
  );

beforeEach(() => {
  for (const name of [
    ...Object.keys(ALL),
    'AWS_REGION',
    'AWS_DEFAULT_REGION',
    'AWS_PROFILE',
    'MAUTIC_BASE_URL',
  ])
    vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterEach(() => vi.unstubAllEnvs());

async function withStacks(stacks: Parameters<typeof startCloudFormation>[0]) {
  const cloudFormation = await startCloudFormation(stacks);
  onTestFinished(() => cloudFormation.close());
  vi.stubEnv('AWS_ENDPOINT_URL_CLOUDFORMATION', cloudFormation.url);
  return cloudFormation;
}

test('is found by the outputs of its stack, in the region of the configuration', async () => {
  const { regions } = await withStacks({ 'mautic-commerce-bridge': { CommandVariables: textOf(ALL) } });

  const place = await findDeployed(config('eu-central-1'), 'production', {});

  expect(readEnvironment(CommandEnvironment)).toEqual(ALL);
  expect(regions).toEqual(['eu-central-1']);
  expect(place).toMatchObject({
    name: 'the stack mautic-commerce-bridge in eu-central-1',
    kind: 'deployed',
    isRunning: true,
    webhookBaseUrl: 'https://api.example.com',
    stack: { status: 'UPDATE_COMPLETE' },
  });
});

test('of another stage and another region is found where the flags say', async () => {
  const { regions } = await withStacks({
    'mautic-commerce-bridge-staging': { CommandVariables: textOf(ALL) },
  });

  const place = await findDeployed(config('eu-central-1'), 'staging', { region: 'us-west-2' });

  expect(regions).toEqual(['us-west-2']);
  expect(place.name).toBe('the stack mautic-commerce-bridge-staging in us-west-2');
});

test('of version 0.1 says in other outputs all that it can', async () => {
  const {
    TABLE_NAME,
    CONTACTS_QUEUE_URL,
    DELIVERIES_DEAD_LETTERS_URL,
    CONTACTS_DEAD_LETTERS_URL,
    BODIES_BUCKET,
  } = ALL;
  const { DELIVERIES_QUEUE_URL: _later, ALARM_TOPIC_ARN: _topic, ...known } = ALL;
  await withStacks({
    'mautic-commerce-bridge': {
      ReplayVariables: textOf({
        TABLE_NAME,
        CONTACTS_QUEUE_URL,
        DELIVERIES_DEAD_LETTERS_URL,
        CONTACTS_DEAD_LETTERS_URL,
        BODIES_BUCKET,
      }),
      AuthoriseVariables: textOf({
        MAUTIC_SECRET_ID: ALL.MAUTIC_SECRET_ID,
        MAUTIC_TOKEN_SECRET_ID: ALL.MAUTIC_TOKEN_SECRET_ID,
      }),
      StoreSecretsId: ALL.STORE_SECRETS_ID,
      StoreKeysId: ALL.STORE_KEYS_ID,
      WebhookUrldemo: 'https://api.example.com/webhooks/demo',
    },
  });

  await findDeployed(config('eu-central-1'), 'production', {});

  expect(process.env).toMatchObject(known);
});

test('what a shell holds of Mautic for npm start is not taken for a deployed one', async () => {
  await withStacks({ 'mautic-commerce-bridge': { CommandVariables: textOf(ALL) } });
  vi.stubEnv('MAUTIC_BASE_URL', 'http://127.0.0.1:3001');

  await findDeployed(config('eu-central-1'), 'production', {});

  expect(process.env['MAUTIC_BASE_URL']).toBe('https://mautic.example.org');
});

test('that is not there is named, with what to do', async () => {
  await withStacks({});

  await expect(findDeployed(config('eu-central-1'), 'production', {})).rejects.toThrow(
    /^There is no stack mautic-commerce-bridge in eu-central-1\. Deploy it .*--local\.$/,
  );
});

test('cannot be looked for without a region', async () => {
  await expect(findDeployed(config(), 'production', {})).rejects.toThrow(UsageError);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  const { regions } = await withStacks({ 'mautic-commerce-bridge': { CommandVariables: textOf(ALL) } });

  await findDeployed(config(), 'production', {});

  expect(regions).toEqual(['eu-west-1']);
});
