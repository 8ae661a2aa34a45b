import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { UPLOAD } from '../../lib/aws/body-upload.ts';
import { TRIES, TRY_MS } from '../../lib/aws/clients.ts';
import { defineBridge, stageOf } from '../../lib/core/policy/configuration/bridge-config.ts';
import { BridgeStack } from '../../lib/stack/bridge-stack.ts';
import { SIZING } from '../../lib/stack/functions/sizing.ts';
import { stackNameOf } from '../../lib/stack/stage.ts';
import { resolved, withoutHash } from './resolved.ts';
import {
  checkedApp,
  NAMES,
  other,
  type Properties,
  production,
  resources,
  STORES,
  staging,
  template,
} from './template.ts';

/** How it stands in an account. In a file of its own, but run by stack.test.ts: loading the CDK takes seconds. */
export function testSettings(): void {
  describe('in an account', () => {
    testStack();
    testTags();
    testVariables();
    testTimes();
    testGuards();
    testSizes();
    testDomain();
    testLedger();
  });
}

function testStack() {
  test('the stack says what it does, and nothing it does not do', () => {
    expect(template.toJSON()).toMatchObject({
      Description: "Keeps a store's orders and customers true in Mautic",
    });
  });

  const finished = { stores: STORES.slice(0, 1), mautic: { url: 'https://mautic.tea.test' } };
  const made = (input: Parameters<typeof defineBridge>[0]) =>
    new BridgeStack(checkedApp(), 'mautic-commerce-bridge', { config: stageOf(defineBridge(input)) });

  test('is made for the region of the configuration', () => {
    expect(made({ ...finished, region: 'eu-central-1' }).region).toBe('eu-central-1');
  });

  test('tells the functions that have the whole configuration in them which stage they are', () => {
    const stages = [template, other].map((one) =>
      Object.values(one.findResources('AWS::Lambda::Function')).flatMap(({ Properties }) => {
        const { Environment } = Properties as { Environment: { Variables: Properties } };
        return Environment.Variables['BRIDGE_STAGE'] ?? [];
      }),
    );

    expect(stages).toEqual([
      ['production', 'production', 'production', 'production'],
      ['staging', 'staging', 'staging', 'staging'],
    ]);
  });

  test('without a region, or with a placeholder for an address, can be looked at and not deployed', () => {
    const rules = (input: Parameters<typeof defineBridge>[0]) =>
      (Template.fromStack(made(input)).toJSON() as { Rules?: Record<string, unknown> }).Rules;

    expect(rules({ ...finished, region: 'eu-central-1' })).not.toHaveProperty('ConfigurationIsFinished');
    expect(rules({ ...finished, mautic: { url: 'https://mautic.example.com' } })).toMatchObject({
      ConfigurationIsFinished: {
        Assertions: [
          {
            Assert: { 'Fn::Equals': ['unfinished', 'finished'] },
            AssertDescription: expect.stringContaining('names no region for stage production'),
          },
          {
            Assert: { 'Fn::Equals': ['unfinished', 'finished'] },
            AssertDescription: expect.stringContaining('is still a placeholder'),
          },
        ],
      },
    });
  });

  test('says what is allowed and probably not meant', () => {
    const stack = made({ ...finished, policy: { countedStatuses: ['complete'] } });

    const warnings = Annotations.fromStack(stack).findWarning(
      '*',
      Match.stringLikeRegexp('Did you mean completed'),
    );
    expect(warnings).toHaveLength(1);
  });

  test('lets sync read the keys of the stores only for coupons, and then those alone', () => {
    const keysOf = (policy: Parameters<typeof defineBridge>[0]['policy']) => {
      const stack = Template.fromStack(made({ ...finished, policy }));
      const [sync] = Object.values(stack.findResources('AWS::Lambda::Function')).flatMap(({ Properties }) => {
        const { Environment } = Properties as { Environment: { Variables: Properties } };
        const { Variables } = Environment;
        return 'MAUTIC_SECRET_ID' in Variables && 'STORES' in Variables ? [Variables] : [];
      });
      const readers = JSON.stringify(
        Object.entries(stack.findResources('AWS::IAM::Policy')).filter(([id]) => id.startsWith('sync')),
      );
      return [
        'STORE_KEYS_ID' in (sync ?? {}),
        readers.includes('StoreKeys'),
        readers.includes('StoreSecrets'),
      ];
    };
    const carts = { consent: 'not-required' } as const;

    expect(keysOf({ carts })).toEqual([false, false, false]);
    expect(keysOf({ carts: { ...carts, coupon: { percent: 10, days: 7 } } })).toEqual([true, true, false]);
  });

  test('production cannot be deleted by accident, another stage can, and the configuration has the last word', () => {
    const protectedBy = (name: string, terminationProtection: boolean) =>
      new BridgeStack(checkedApp(), name, {
        config: stageOf(
          defineBridge({
            stores: [...STORES],
            mautic: { url: 'https://mautic.example.com' },
            aws: { terminationProtection },
          }),
        ),
      }).terminationProtection;

    expect(production.terminationProtection).toBe(true);
    expect(staging.terminationProtection).toBe(false);
    expect(protectedBy('mautic-commerce-bridge', false)).toBe(false);
    expect(protectedBy('mautic-commerce-bridge-staging', true)).toBe(true);
  });

  test('as many requests pass and as many of sync run as the configuration says', () => {
    const [stage] = propertiesOf(other, 'AWS::ApiGatewayV2::Stage');
    const feeds = propertiesOf(other, 'AWS::Lambda::EventSourceMapping');

    expect(stage).toMatchObject({
      DefaultRouteSettings: { ThrottlingRateLimit: 200, ThrottlingBurstLimit: 400 },
    });
    expect(feeds.map(({ ScalingConfig }) => ScalingConfig)).toEqual(
      expect.arrayContaining([{ MaximumConcurrency: 6 }, { MaximumConcurrency: 4 }]),
    );
  });
}

/** What CloudFormation can put tags on. */
const TAGGED = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Stage',
  'AWS::CloudWatch::Alarm',
  'AWS::DynamoDB::Table',
  'AWS::IAM::Role',
  'AWS::KMS::Key',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
  'AWS::SecretsManager::Secret',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
];

function testTags() {
  test.each(TAGGED)('each %s says whose it is, and what the configuration adds', (type) => {
    const all = propertiesOf(other, type).map(({ Tags }) => asPairs(Tags));

    expect(all.length).toBeGreaterThan(0);
    for (const tags of all)
      expect(tags).toMatchObject({ application: 'mautic-commerce-bridge', owner: 'shop' });
    for (const { Tags } of propertiesOf(template, type)) expect(asPairs(Tags)).not.toHaveProperty('owner');
  });
}

function testVariables() {
  /** As long as what a name, an ARN or a URL of this stack becomes. */
  const RESOLVED = 'x'.repeat(140);
  const stores = Array.from({ length: 120 }, (_, n) => ({
    id: `store-${String(n * 7919)}`,
    kind: 'woocommerce' as const,
    currency: 'EUR',
    url: `https://www.shop-${String(n * 104_729)}.example.com`,
  }));
  const name = stackNameOf('a'.repeat(32));
  const crowded = new BridgeStack(checkedApp(), name, {
    config: stageOf(defineBridge({ stores, mautic: { url: 'https://mautic.example.com/a/path/to/it' } })),
  });
  const functions = propertiesOf(Template.fromStack(crowded), 'AWS::Lambda::Function');

  test('the variables of each function stay below what Lambda takes, with 120 stores too', () => {
    const sizes = functions.map(({ Environment }) => {
      const { Variables } = Environment as { Variables: Properties };
      const texts = Object.entries(Variables).map(
        ([key, value]) => key + (typeof value === 'string' ? value : RESOLVED),
      );
      return texts.join('').length;
    });

    expect(sizes).toHaveLength(NAMES.length);
    expect(Math.max(...sizes)).toBeLessThan(4096);
  });

  test('more stores than that end the synthesis with the limit, not the deployment half-way', () => {
    const crowd = Array.from({ length: 10 }, (_, times) =>
      stores.map((store, n) => ({
        ...store,
        id: `s${String(times)}-${String(n)}`,
        url: `${store.url}/${String(times)}`,
      })),
    ).flat();
    const config = stageOf(defineBridge({ stores: crowd, mautic: { url: 'https://mautic.example.com' } }));

    expect(() => new BridgeStack(checkedApp(), name, { config })).toThrow('3000 fit into what Lambda gives');
  });
}

function testTimes() {
  /** An HTTP API waits so long where nothing else is said, and never longer. */
  const API_MS = 30_000;
  /** The SDK's pauses between three tries: up to 100 and 200 ms. */
  const PAUSES = 300;
  const call = (tryMs: number) => TRIES * tryMs + PAUSES;

  test('ingest gives up by itself before Lambda ends it, and that before the API answers in its place', () => {
    // The secrets once, and once more for a signature that does not match; then the bucket, then the queue.
    const longest = 2 * call(TRY_MS.secretsManager) + UPLOAD.tries * UPLOAD.tryMs + call(TRY_MS.sqs);
    const [integration] = resources('AWS::ApiGatewayV2::Integration').values();

    expect(longest).toBeLessThan(SIZING.ingest.timeout * 1000);
    expect(SIZING.ingest.timeout * 1000).toBeLessThan(API_MS);
    expect(integration).not.toHaveProperty('TimeoutInMillis');
  });
}

function testGuards() {
  test('only the scheduler may take the role of the schedules, for schedules of this account and region', () => {
    const trusted = [...resources('AWS::IAM::Role').values()].map(({ AssumeRolePolicyDocument }) =>
      JSON.stringify(AssumeRolePolicyDocument),
    );
    const [scheduler, ...more] = trusted.filter((policy) => policy.includes('scheduler.amazonaws.com'));

    expect(more).toEqual([]);
    expect(JSON.parse(scheduler ?? '')).toMatchObject({
      Statement: [
        {
          Condition: {
            StringEquals: {
              'aws:SourceAccount': { Ref: 'AWS::AccountId' },
              'aws:SourceArn': {
                'Fn::Join': [
                  '',
                  [
                    'arn:',
                    { Ref: 'AWS::Partition' },
                    ':scheduler:',
                    { Ref: 'AWS::Region' },
                    ':',
                    { Ref: 'AWS::AccountId' },
                    ':schedule-group/default',
                  ],
                ],
              },
            },
          },
        },
      ],
    });
    for (const schedule of resources('AWS::Scheduler::Schedule').values())
      expect(schedule).not.toHaveProperty('GroupName');
  });

  test('no queue that is worked on takes the dead letters of another', () => {
    const queues = resources('AWS::SQS::Queue');

    for (const name of ['DeliveriesQueue', 'ContactsQueue'])
      expect(queues.get(name)).toMatchObject({ RedriveAllowPolicy: { redrivePermission: 'denyAll' } });
  });
}

function testSizes() {
  test('a function has the memory the configuration says, the others keep theirs', () => {
    const memory = (from: Template) =>
      Object.entries(from.findResources('AWS::Lambda::Function')).map(([id, { Properties: made }]) => [
        withoutHash(id).replace('Function', ''),
        (made as Properties).MemorySize,
      ]);
    const usual = Object.fromEntries(
      Object.entries(SIZING).map(([name, { memory: size }]) => [name.replace('-', ''), size]),
    );

    expect(Object.fromEntries(memory(template))).toEqual(usual);
    expect(Object.fromEntries(memory(other))).toEqual({ ...usual, sync: 1024 });
  });

  test('every log is kept as long as the configuration says, a month without', () => {
    const kept = (from: Template) =>
      new Set(propertiesOf(from, 'AWS::Logs::LogGroup').map(({ RetentionInDays }) => RetentionInDays));

    expect(kept(template)).toEqual(new Set([30]));
    expect(kept(other)).toEqual(new Set([90]));
  });
}

function testDomain() {
  test('the webhooks have an address of their own where one is configured, and it is told where to point it', () => {
    const [domain] = propertiesOf(other, 'AWS::ApiGatewayV2::DomainName');
    const [mapping] = propertiesOf(other, 'AWS::ApiGatewayV2::ApiMapping');
    const [stage] = Object.keys(other.findResources('AWS::ApiGatewayV2::Stage'));

    expect(domain).toMatchObject({
      DomainName: 'hooks.tea.test',
      DomainNameConfigurations: [
        { EndpointType: 'REGIONAL', CertificateArn: expect.stringContaining(':certificate/') },
      ],
    });
    expect(mapping).toMatchObject({ DomainName: { Ref: expect.any(String) }, Stage: '$default' });
    expect(stage).toBeDefined();
    expect(resolved(other.findOutputs('WebhookUrlsecondXshop')['WebhookUrlsecondXshop']?.Value)).toBe(
      'https://hooks.tea.test/webhooks/second-shop',
    );
    expect(other.findOutputs('*')).toHaveProperty('DomainTarget');
  });

  test('reconcile makes the webhooks for that address', () => {
    const addresses = propertiesOf(other, 'AWS::Lambda::Function').flatMap(({ Environment }) => {
      const { Variables } = Environment as { Variables: Properties };
      return Variables['WEBHOOK_BASE_URL'] ?? [];
    });

    expect(addresses).toEqual(['https://hooks.tea.test']);
  });

  test('without one there is none', () => {
    expect(resources('AWS::ApiGatewayV2::DomainName').size).toBe(0);
  });
}

function testLedger() {
  const restored = new BridgeStack(checkedApp(), 'mautic-commerce-bridge', {
    config: stageOf(
      defineBridge({
        stores: [...STORES],
        mautic: { url: 'https://mautic.example.com' },
        aws: { ledgerTable: { name: 'the-old-ledger' } },
      }),
    ),
  });
  const taken = Template.fromStack(restored);
  const policies = JSON.stringify(taken.findResources('AWS::IAM::Policy'));

  test('a table that is there already is used, and no other is made', () => {
    const names = propertiesOf(taken, 'AWS::Lambda::Function').flatMap(({ Environment }) => {
      const { Variables } = Environment as { Variables: Properties };
      return Variables['TABLE_NAME'] ?? [];
    });

    expect(taken.findResources('AWS::DynamoDB::Table')).toEqual({});
    expect(new Set(names)).toEqual(new Set(['the-old-ledger']));
    expect(names).toHaveLength(NAMES.length - 1);
    expect(taken.findOutputs('LedgerTable')).toMatchObject({ LedgerTable: { Value: 'the-old-ledger' } });
  });

  test('the functions may do with it what they may do with one of the stack, and nothing with another', () => {
    const own = JSON.stringify(template.findResources('AWS::IAM::Policy'));
    const count = (text: string, action: string) => text.split(`"${action}"`).length;

    for (const action of ['dynamodb:UpdateItem', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:DeleteItem'])
      expect(count(policies, action)).toBe(count(own, action));
    expect(policies).toContain(':table/the-old-ledger"');
    expect(policies).toContain(':table/the-old-ledger/index/work"');
    expect(policies).not.toContain(':table/*');
  });
}

function propertiesOf(from: Template, type: string): readonly Properties[] {
  return Object.values(from.findResources(type)).map((resource) => resource.Properties as Properties);
}

/** Tags stand as a list of pairs or as an object, as the type will have it. */
function asPairs(tags: unknown): Readonly<Record<string, unknown>> {
  if (!Array.isArray(tags)) return (tags ?? {}) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    (tags as readonly { Key: string; Value: unknown }[]).map(({ Key, Value }) => [Key, Value]),
  );
}
