import type { Template } from 'aws-cdk-lib/assertions';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import {
  BackfillEnvironment,
  IngestEnvironment,
  METRICS_NAMESPACE,
  REREAD,
  ReconcileEnvironment,
  RecordEnvironment,
  RenewTokenEnvironment,
  SweepEnvironment,
  SyncEnvironment,
  TABLE,
} from '../../lib/environment.ts';
import type { Variables } from '../../lib/stack/functions/bridge-function.ts';
import { type FunctionName, SIZING } from '../../lib/stack/functions/sizing.ts';
import { stackNameOf, stageGiven } from '../../lib/stack/stage.ts';
import { testCommandOutputs } from './command-outputs.ts';
import { testDashboard } from './dashboard.ts';
import { testLimits } from './limits.ts';
import { testRoles } from './observed/roles.ts';
import { testOperations } from './operations.ts';
import { PERMISSIONS } from './permissions.ts';
import { physicalNames, resolved, withoutHash } from './resolved.ts';
import { testSecrets } from './secrets.ts';
import { testSettings } from './settings.ts';
import {
  functionOf,
  NAMES,
  other,
  type Properties,
  permissionsOf,
  resources,
  STORES,
  statements,
  template,
  variablesOf,
} from './template.ts';

describe('the stack', () => {
  test('is called after its stage', () => {
    expect(stackNameOf(stageGiven(undefined))).toBe('mautic-commerce-bridge');
    expect(stackNameOf(stageGiven('production'))).toBe('mautic-commerce-bridge');
    expect(stackNameOf(stageGiven('staging'))).toBe('mautic-commerce-bridge-staging');
    expect(() => stageGiven('Not a stage')).toThrow('lower-case letters');
  });

  test('can stand beside another stage: no physical name is there twice', () => {
    const names = [template, other].flatMap(physicalNames);

    expect(names).toContain('AWS::Logs::LogGroup /aws/lambda/mautic-commerce-bridge/sync');
    expect(names).toContain('AWS::CloudWatch::Alarm mautic-commerce-bridge-staging-ContactParked');
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test('leaves nothing behind when it is destroyed but the ledger, the bodies and the secrets', () => {
    const left = (from: Template) =>
      Object.entries(from.toJSON().Resources as Record<string, { Type: string; DeletionPolicy?: string }>)
        .filter(([, { DeletionPolicy = 'Delete' }]) => DeletionPolicy !== 'Delete')
        .map(([id, { Type }]) => `${Type} ${withoutHash(id)}`)
        .sort();

    for (const stage of [template, other]) {
      expect(left(stage)).toEqual([
        'AWS::DynamoDB::Table Ledger',
        'AWS::S3::Bucket Bodies',
        'AWS::SecretsManager::Secret MauticSecretsCredentials',
        'AWS::SecretsManager::Secret MauticSecretsToken',
        'AWS::SecretsManager::Secret StoreKeys',
        'AWS::SecretsManager::Secret StoreSecrets',
      ]);
    }
  });

  test('says where the webhooks of each store go and which secrets to fill', () => {
    const outputs = Object.entries(template.findOutputs('*')).map(([name, { Value }]) => [
      name,
      resolved(Value),
    ]);

    expect(Object.fromEntries(outputs)).toEqual({
      WebhookUrldemo: 'WebhookApi.ApiEndpoint/webhooks/demo',
      WebhookUrlsecondXshop: 'WebhookApi.ApiEndpoint/webhooks/second-shop',
      StoreSecretsId: 'StoreSecrets',
      StoreKeysId: 'StoreKeys',
      MauticSecretId: 'MauticSecretsCredentials',
      AlarmTopicArn: 'AlarmsTopic',
      CommandVariables: expect.any(String),
      LedgerTable: 'Ledger',
      LedgerForm: expect.stringMatching(/^2 \(form 2: .+packed/),
      ReplayVariables: expect.any(String),
      AuthoriseVariables: expect.any(String),
    });
  });

  test('keeps the logical ids of what holds data: a new id is a new, empty resource', () => {
    const holders = [
      'AWS::DynamoDB::Table',
      'AWS::S3::Bucket',
      'AWS::SecretsManager::Secret',
      'AWS::SQS::Queue',
    ];

    expect(holders.flatMap((type) => Object.keys(template.findResources(type))).sort()).toEqual([
      'Bodies3FF2AA63',
      'ContactsDeadLetters12BD3B3B',
      'ContactsQueue047B300C',
      'DeliveriesDeadLetters27691B20',
      'DeliveriesQueue99C7B338',
      'LedgerB7379752',
      'MauticSecretsCredentials2D7C90C8',
      'MauticSecretsToken85BF4F2F',
      'StoreKeys47D08C7A',
      'StoreSecrets3DAF547D',
    ]);
  });

  test('says nothing CloudFormation would garble', () => {
    expect(JSON.stringify(template.toJSON())).toMatch(/^[\x20-\x7e]*$/);
  });
});

describe('the way in', () => {
  test('is one route of an HTTP API, straight to ingest', () => {
    const [route, ...others] = resources('AWS::ApiGatewayV2::Route').values();
    const [api] = resources('AWS::ApiGatewayV2::Api').values();
    const [integration] = resources('AWS::ApiGatewayV2::Integration').values();

    expect(api?.ProtocolType).toBe('HTTP');
    expect(route?.RouteKey).toBe('POST /webhooks/{store+}');
    expect(others).toEqual([]);
    expect(resolved(integration?.IntegrationUri)).toBe('ingestFunction.Arn');
    expect(integration?.PayloadFormatVersion).toBe('2.0');
  });

  test('is throttled and logged on its default stage', () => {
    const [stage] = resources('AWS::ApiGatewayV2::Stage').values();

    expect(stage).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
      AccessLogSettings: { Format: expect.stringContaining('"requestId":"$context.requestId"') },
    });
  });
});

describe('what is kept', () => {
  test('the queues keep messages encrypted for 14 days and take them over TLS only', () => {
    const queues = [...resources('AWS::SQS::Queue').values()];
    expect(queues).toHaveLength(4);

    for (const queue of queues) {
      expect(queue).toMatchObject({ MessageRetentionPeriod: 14 * 24 * 3600, SqsManagedSseEnabled: true });
    }
    const denials = [...resources('AWS::SQS::QueuePolicy').values()].map((policy) => JSON.stringify(policy));
    expect(denials.filter((policy) => policy.includes('"aws:SecureTransport":"false"'))).toHaveLength(4);
  });

  test('deliveries take a whole MiB, in the dead-letter queue too', () => {
    const queues = resources('AWS::SQS::Queue');

    expect(queues.get('DeliveriesQueue')).toMatchObject({
      MaximumMessageSize: 1_048_576,
      RedrivePolicy: { maxReceiveCount: 8 },
    });
    expect(queues.get('DeliveriesDeadLetters')).toMatchObject({ MaximumMessageSize: 1_048_576 });
    expect(queues.get('DeliveriesQueue')).not.toHaveProperty('FifoQueue');
  });

  test('contacts have lanes of their own', () => {
    const queues = resources('AWS::SQS::Queue');

    expect(queues.get('ContactsQueue')).toMatchObject({
      FifoQueue: true,
      ContentBasedDeduplication: false,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
      RedrivePolicy: { maxReceiveCount: 10 },
    });
    expect(queues.get('ContactsDeadLetters')).toMatchObject({ FifoQueue: true });
  });

  test.each([
    ['Deliveries', SIZING.record.timeout],
    ['Contacts', SIZING.sync.timeout],
  ])('%s stay hidden six times as long as their consumer may run', (queue, timeout) => {
    const visibility = resources('AWS::SQS::Queue').get(`${queue}Queue`)?.VisibilityTimeout;
    expect(visibility).toBeGreaterThanOrEqual(6 * timeout);
  });

  test('the ledger has the keys and the index that the functions expect, and outlives the stack', () => {
    const { name, partitionKey, sortKey } = TABLE.workIndex;
    const keys = (hash: string, range: string) => [
      { AttributeName: hash, KeyType: 'HASH' },
      { AttributeName: range, KeyType: 'RANGE' },
    ];

    expect(Object.values(template.findResources('AWS::DynamoDB::Table'))).toMatchObject([
      {
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          BillingMode: 'PAY_PER_REQUEST',
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
          SSESpecification: { SSEEnabled: true },
          KeySchema: keys(TABLE.partitionKey, TABLE.sortKey),
          GlobalSecondaryIndexes: [
            {
              IndexName: name,
              KeySchema: keys(partitionKey, sortKey),
              Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['attempts'] },
            },
          ],
          AttributeDefinitions: expect.arrayContaining([
            { AttributeName: partitionKey, AttributeType: 'S' },
            { AttributeName: sortKey, AttributeType: 'N' },
          ]),
        },
      },
    ]);
  });

  test('large bodies are private, encrypted and gone after 30 days', () => {
    expect(Object.values(template.findResources('AWS::S3::Bucket'))).toMatchObject([
      {
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          BucketEncryption: { ServerSideEncryptionConfiguration: [expect.anything()] },
          LifecycleConfiguration: { Rules: [{ ExpirationInDays: 30, Status: 'Enabled' }] },
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
          },
        },
      },
    ]);
    const [policy] = resources('AWS::S3::BucketPolicy').values();
    expect(JSON.stringify(policy)).toContain('"aws:SecureTransport":"false"');
  });
});

describe('the functions', () => {
  test('are six', () => {
    expect([...resources('AWS::Lambda::Function').keys()].sort()).toEqual(
      NAMES.map((name) => functionOf(name).id).sort(),
    );
  });

  test.each(NAMES)('%s runs on Node 24 and arm64 with its memory and time, and none is reserved', (name) => {
    const { properties } = functionOf(name);

    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      MemorySize: SIZING[name].memory,
      Timeout: SIZING[name].timeout,
    });
    expect(properties).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  test.each(NAMES)('%s logs to a group of its own for 30 days', (name) => {
    const { LoggingConfig } = functionOf(name).properties;
    const logs = `${name.replace('-', '')}Logs`;

    expect(resolved((LoggingConfig as { LogGroup: unknown }).LogGroup)).toBe(logs);
    expect(resources('AWS::Logs::LogGroup').get(logs)).toMatchObject({
      LogGroupName: `/aws/lambda/mautic-commerce-bridge/${name}`,
      RetentionInDays: 30,
    });
  });

  const schemas = {
    ingest: IngestEnvironment,
    record: RecordEnvironment,
    sync: SyncEnvironment,
    sweep: SweepEnvironment,
    reconcile: ReconcileEnvironment,
    backfill: BackfillEnvironment,
    'renew-token': RenewTokenEnvironment,
  } as const satisfies Record<FunctionName, v.GenericSchema>;

  /** Only policies that ask the shop something give them: see settings.ts. */
  const LEFT_OUT: Partial<Record<FunctionName, readonly string[]>> = { sync: ['STORE_KEYS_ID'] };
  const LAPTOPS_ONLY = ['AWS_ENDPOINT_URL_S3'];

  test.each(NAMES)('%s gets exactly the variables it reads', (name) => {
    const {
      NODE_OPTIONS,
      POWERTOOLS_SERVICE_NAME,
      POWERTOOLS_METRICS_NAMESPACE,
      POWERTOOLS_LOG_LEVEL,
      ...own
    } = variablesOf(name);

    // The address of the API is known only once there is one.
    const deployed = {
      ...own,
      ...(own['WEBHOOK_BASE_URL'] && { WEBHOOK_BASE_URL: 'https://api.example.com' }),
    };
    expect(() => v.parse(schemas[name], deployed)).not.toThrow();
    const leftOut = [...LAPTOPS_ONLY, ...(LEFT_OUT[name] ?? [])];
    const read = Object.keys(schemas[name].entries).filter((variable) => !leftOut.includes(variable));
    expect(Object.keys(own).sort()).toEqual(read.sort());
    expect(NODE_OPTIONS).toBe('--enable-source-maps');
    expect(POWERTOOLS_SERVICE_NAME).toBe(name);
    expect(POWERTOOLS_METRICS_NAMESPACE).toBe(METRICS_NAMESPACE);
    expect(POWERTOOLS_LOG_LEVEL).toBe('INFO');
  });

  test('hand the stores and the address of Mautic over as they are configured', () => {
    const environment = v.parse(SyncEnvironment, variablesOf('sync'));

    expect(environment.STORES).toEqual(STORES);
    expect(environment.MAUTIC_BASE_URL).toBe('https://mautic.example.com');
  });

  test('tell reconcile where the webhooks of the stores go', () => {
    expect(variablesOf('reconcile')['WEBHOOK_BASE_URL']).toBe('WebhookApi.ApiEndpoint');
  });

  test('do not compile with a variable missing or to spare', () => {
    // @ts-expect-error CONTACTS_QUEUE_URL is missing.
    const missing: Variables<'sweep'> = { TABLE_NAME: 'table' };
    // @ts-expect-error sweep reads no STORES.
    const spare: Variables<'sweep'> = { TABLE_NAME: 'table', CONTACTS_QUEUE_URL: 'queue', STORES: '[]' };

    expect([missing, spare]).toHaveLength(2);
  });
});

describe('what sets the functions going', () => {
  const fedBy = (name: FunctionName) =>
    [...resources('AWS::Lambda::EventSourceMapping').values()].filter(
      ({ FunctionName: target }) => resolved(target) === functionOf(name).id,
    );

  test('record takes up to 100 deliveries of one second together, each answered for by itself', () => {
    const [feed] = fedBy('record');

    expect(feed).toMatchObject({
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
    expect(resolved(feed?.EventSourceArn)).toBe('DeliveriesQueue.Arn');
  });

  test('sync takes ten lanes at a time, and few of it run at once', () => {
    const [feed] = fedBy('sync');

    expect(feed).toMatchObject({
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
    expect(resolved(feed?.EventSourceArn)).toBe('ContactsQueue.Arn');
  });

  test('all together leave room for ingest in a new account, which runs ten functions at once', () => {
    const feeds = [...fedBy('record'), ...fedBy('sync')] as {
      ScalingConfig: { MaximumConcurrency: number };
    }[];
    const running = feeds.reduce((sum, { ScalingConfig }) => sum + ScalingConfig.MaximumConcurrency, 0);

    // One of them only while a backfill runs that somebody has started.
    expect(running + resources('AWS::Scheduler::Schedule').size - 1).toBeLessThanOrEqual(8);
  });

  test.each([
    ['sweep', 'rate(1 minute)', undefined],
    ['reconcile', 'rate(15 minutes)', undefined],
    ['reconcile', 'rate(5 minutes)', REREAD],
    ['backfill', 'rate(1 minute)', undefined],
    ['renew-token', 'rate(15 minutes)', undefined],
  ] as const)('%s runs at %s for %j, and a run that fails is not repeated', (name, rate, input) => {
    const { id } = functionOf(name);
    const schedules = [...resources('AWS::Scheduler::Schedule').values()] as { Target: Properties }[];
    const schedule = schedules.find(
      ({ Target }) =>
        resolved(Target.Arn) === `${id}.Arn` &&
        Target.Input === (input === undefined ? undefined : JSON.stringify(input)),
    );
    const invocation = [...resources('AWS::Lambda::EventInvokeConfig').values()].find(
      ({ FunctionName: target }) => resolved(target) === id,
    );

    expect(schedule).toMatchObject({
      ScheduleExpression: rate,
      Target: { RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 } },
    });
    expect(invocation).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
  });
});

describe('the permissions', () => {
  test.each(Object.entries(PERMISSIONS))('of %s are these and no others', (name, permissions) => {
    expect(permissionsOf(name)).toEqual(permissions);
  });

  test('are all in those statements: no managed or inline policies, no denials, no further roles', () => {
    const roles = [...resources('AWS::IAM::Role').entries()];

    expect(roles).toHaveLength(Object.keys(PERMISSIONS).length);
    expect(roles.filter(([, role]) => 'ManagedPolicyArns' in role || 'Policies' in role)).toEqual([]);
    expect(new Set(statements().map(({ Effect }) => Effect))).toEqual(new Set(['Allow']));
  });

  test('name their resources, but for the keys of bodies, which only time will tell', () => {
    const all = Object.values(PERMISSIONS);
    const open = all
      .flatMap((permissions) => Object.keys(permissions))
      .filter((resource) => resource.includes('*'));

    expect(new Set(open)).toEqual(new Set(['Bodies.Arn/bodies/*']));
    expect(all.flatMap((permissions) => Object.values(permissions).flat()).join()).not.toContain('*');
  });
});

testOperations();
testDashboard();
testSettings();
testSecrets();
testCommandOutputs();
testLimits();
// Last: it loads the functions and moves the clock.
testRoles();
