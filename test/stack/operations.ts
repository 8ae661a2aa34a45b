import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, test } from 'vitest';
import type { GaugeName, MetricName } from '../../lib/core/ledger/metrics.ts';
import { METRICS_NAMESPACE } from '../../lib/environment.ts';
import { alarmEmailOf } from '../../lib/stack/alarm-topic.ts';
import type { FunctionName } from '../../lib/stack/functions/sizing.ts';
import { acknowledged } from './acknowledged.ts';
import { resolved } from './resolved.ts';
import { app, checkedApp, functionOf, NAMES, other, type Properties, resources } from './template.ts';
import { inVain } from './unfilled-secret.ts';

interface Watch {
  readonly alarm: string;
  readonly services: readonly FunctionName[];
}

/** Every counter, and which alarm looks at what which functions counted; none for what is everyday. */
const COUNTERS: Readonly<Record<MetricName, Watch | undefined>> = {
  DeliveryAccepted: undefined,
  DeliveryDropped: undefined,
  DeliveryRefused: { alarm: 'DeliveryRefused', services: ['ingest'] },
  DeliveryUnusable: { alarm: 'DeliveryUnusable', services: ['record'] },
  MessageUnreadable: { alarm: 'MessageUnreadable', services: ['record', 'sync'] },
  ForeignSource: { alarm: 'ForeignSource', services: ['ingest'] },
  SnapshotFolded: undefined,
  ContactWritten: undefined,
  ContactInStep: undefined,
  ContactDeferred: { alarm: 'ContactsDeferred', services: ['sync'] },
  ContactParked: { alarm: 'ContactParked', services: ['sync'] },
  ContactRung: undefined,
  ContactLeft: undefined,
  StoreUnread: { alarm: 'StoreUnread', services: ['reconcile'] },
  WebhookRepaired: undefined,
  WebhookTrouble: { alarm: 'WebhookTrouble', services: ['reconcile'] },
  EffectDone: undefined,
  EffectParked: { alarm: 'EffectParked', services: ['sync'] },
  MauticCall: undefined,
  MauticSlowed: undefined,
  MauticStopped: { alarm: 'MauticStopped', services: ['sync', 'renew-token'] },
  BreakerOpened: { alarm: 'BreakerOpened', services: ['sync'] },
};

const WATCHED = Object.entries(COUNTERS).flatMap(([counter, watch]) =>
  watch === undefined ? [] : [[watch.alarm, counter, watch.services] as const],
);

const alarms = resources('AWS::CloudWatch::Alarm');
const PREFIX = 'mautic-commerce-bridge-';

function nameOf(alarm: Properties): string {
  return String(alarm.AlarmName).replace(PREFIX, '');
}

/** Metrics of an alarm, whether it has one or calculates with several. */
function metricsOf(alarm: Properties | undefined): readonly Properties[] {
  const { Metrics: several } = alarm as { Metrics?: readonly { MetricStat?: { Metric: Properties } }[] };
  if (several === undefined) return [alarm ?? {}];
  return several.flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : [MetricStat.Metric]));
}

function dimensionOf({ Dimensions }: Properties): string {
  const [dimension] = Dimensions as readonly { Value: unknown }[];
  return resolved(dimension?.Value);
}

/** Everything about running it. In a file of its own, but run by stack.test.ts: loading the CDK takes seconds. */
export function testOperations(): void {
  describe('the alarms', () => {
    testAlarms();
  });
  describe('what the alarms look at', () => {
    testMetrics();
  });
  describe('the runbook', () => {
    testRunbook();
  });
  describe('the topic of the alarms', () => {
    testTopic();
  });
  describe('the AWS Solutions checks', () => {
    testChecks();
  });
}

function testAlarms() {
  test.each([...alarms])(
    '%s says what to do and where, tells the topic, and is quiet by itself',
    (_, alarm) => {
      const description = String(alarm.AlarmDescription);

      expect(description).toMatch(/Log: \/aws\/lambda\/mautic-commerce-bridge\/[a-z-]+\. Runbook: /);
      expect(description.endsWith(`Runbook: lib/stack/runbook.md, chapter ${nameOf(alarm)}.`)).toBe(true);
      expect(description.length).toBeGreaterThan(180);
      expect(description.length).toBeLessThan(1024);
      expect([alarm.AlarmActions, alarm.OKActions].flat().map(resolved)).toEqual([
        'AlarmsTopic',
        'AlarmsTopic',
      ]);
      expect(alarm).toMatchObject({
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
      });
    },
  );

  test('ring at the first sight of what is lost or needs a person, and later for what may pass', () => {
    const patience = Object.fromEntries(
      [...alarms.values()].map((alarm) => [
        nameOf(alarm),
        `${String(alarm.DatapointsToAlarm)} of ${String(alarm.EvaluationPeriods)}, above ${String(alarm.Threshold)}`,
      ]),
    );
    const atOnce = '1 of 6, above 0';
    const again = '2 of 6, above 0';

    expect(patience).toEqual({
      ApiServerErrors: atOnce,
      BreakerOpened: again,
      ContactParked: atOnce,
      ContactsDeadLetters: atOnce,
      ContactsDeferred: '3 of 4, above 0',
      DeliveriesDeadLetters: atOnce,
      DeliveriesLate: '1 of 6, above 900',
      DeliveriesSilent: '4 of 4, above 1440',
      DeliveryRefused: '1 of 6, above 2',
      DeliveryUnusable: atOnce,
      EffectParked: atOnce,
      ForeignSource: atOnce,
      IngestErrors: atOnce,
      IngestThrottled: atOnce,
      MauticStopped: atOnce,
      MessageUnreadable: atOnce,
      OthersThrottled: '3 of 6, above 0',
      ReconcileErrors: again,
      RecordErrors: again,
      RenewTokenErrors: again,
      StoreUnread: '4 of 8, above 0',
      SweepErrors: again,
      SyncErrors: again,
      TokenNotRenewed: '2 of 7, above 0',
      WebhookTrouble: atOnce,
    });
  });
}

function testMetrics() {
  test('both dead-letter queues, and how long the oldest delivery has waited', () => {
    for (const queue of ['Deliveries', 'Contacts']) {
      const alarm = alarms.get(`Alarms${queue}DeadLetters`) ?? {};
      expect(alarm).toMatchObject({ MetricName: 'ApproximateNumberOfMessagesVisible', Statistic: 'Maximum' });
      expect(dimensionOf(alarm)).toBe(`${queue}DeadLetters.QueueName`);
    }
    const late = alarms.get('AlarmsDeliveriesLate') ?? {};
    expect(late).toMatchObject({ MetricName: 'ApproximateAgeOfOldestMessage', Statistic: 'Maximum' });
    expect(dimensionOf(late)).toBe('DeliveriesQueue.QueueName');
  });

  test.each(WATCHED)('%s: %s as counted by %j', (alarm, counter, services) => {
    const metrics = metricsOf(alarms.get(`Alarms${alarm}`));

    expect(metrics.map(dimensionOf)).toEqual(services);
    for (const metric of metrics) expect(metric.MetricName).toBe(counter);
  });

  test('the store that has been silent for longest', () => {
    const alarm = alarms.get('AlarmsDeliveriesSilent') ?? {};
    const gauge: GaugeName = 'MinutesSinceDelivery';

    expect(alarm).toMatchObject({ MetricName: gauge, Statistic: 'Maximum', Period: 900 });
    expect(alarm.Dimensions).toEqual([{ Name: 'service', Value: 'reconcile' }]);
  });

  test('what this stage counted, and no other', () => {
    const own = [...alarms.values()].flatMap(metricsOf).map(({ Namespace }) => String(Namespace));
    const others = Object.values(other.findResources('AWS::CloudWatch::Alarm')).flatMap(
      ({ Properties: alarm }) => metricsOf(alarm as Properties).map(({ Namespace }) => String(Namespace)),
    );
    const custom = (namespaces: readonly string[]) =>
      new Set(namespaces.filter((namespace) => !namespace.startsWith('AWS/')));

    expect(custom(own)).toEqual(new Set([METRICS_NAMESPACE]));
    expect(custom(others)).toEqual(new Set(['mautic-commerce-bridge-staging']));
    const [someFunction] = Object.values(other.findResources('AWS::Lambda::Function'));
    expect(JSON.stringify(someFunction)).toContain(
      '"POWERTOOLS_METRICS_NAMESPACE":"mautic-commerce-bridge-staging"',
    );
  });

  test('errors of each function, and throttles of each function', () => {
    const watched = (metricName: string) =>
      [...alarms.values()]
        .flatMap(metricsOf)
        .filter(({ MetricName: name, Namespace }) => name === metricName && Namespace === 'AWS/Lambda')
        .map(dimensionOf)
        .sort();
    const every = NAMES.map((name) => functionOf(name).id).sort();

    expect(watched('Errors')).toEqual(every);
    expect(watched('Throttles')).toEqual(every);
  });

  test('webhooks that were answered 5xx', () => {
    const alarm = alarms.get('AlarmsApiServerErrors') ?? {};

    expect(alarm).toMatchObject({ Namespace: 'AWS/ApiGateway', MetricName: '5xx', Statistic: 'Sum' });
    expect(dimensionOf(alarm)).toBe('WebhookApi');
  });

  test('what renew-token logs while nobody has filled in the Mautic secret', async () => {
    const [placeholder] = [...resources('AWS::SecretsManager::Secret').values()].map(({ SecretString }) =>
      String(SecretString),
    );
    const logged = await inVain(placeholder ?? '');
    const [filter] = resources('AWS::Logs::MetricFilter').values();
    const transformation = { MetricName: 'TokenNotRenewed', MetricNamespace: 'mautic-commerce-bridge' };

    expect(filter?.FilterPattern).toBe(`{ $.message = ${JSON.stringify(logged)} }`);
    expect(resolved(filter?.LogGroupName)).toBe('renewtokenLogs');
    expect(filter?.MetricTransformations).toMatchObject([{ ...transformation, MetricValue: '1' }]);
    expect(alarms.get('AlarmsTokenNotRenewed')).toMatchObject({
      MetricName: transformation.MetricName,
      Namespace: transformation.MetricNamespace,
      Statistic: 'Sum',
    });
  });
}

function testRunbook() {
  const file = fileURLToPath(new URL('../../lib/stack/runbook.md', import.meta.url));
  const chapters = readFileSync(file, 'utf8').split(/^## /m).slice(1);

  test('has a chapter for each alarm and for nothing else', () => {
    const titles = new Set(chapters.map((chapter) => chapter.split('\n', 1)[0]));

    expect(titles).toEqual(new Set([...alarms.values()].map(nameOf)));
    expect(titles.size).toBe(chapters.length);
  });

  test('quotes only what the functions say', () => {
    const quoted = chapters.flatMap((chapter) => [
      ...[...chapter.matchAll(/message = "([^"]+)"/g)].map(([, text]) => text ?? ''),
      ...[...chapter.matchAll(/message in \[(.+)\]/g)].flatMap(
        ([, list]) => JSON.parse(`[${list ?? ''}]`) as string[],
      ),
      ...[...chapter.matchAll(/`([A-Za-z][\w']*(?: [\w';]+){3,})`/g)].map(([, text]) => text ?? ''),
    ]);
    const said = functionSources();

    expect(quoted.length).toBeGreaterThan(10);
    expect(quoted.filter((text) => !said.includes(text))).toEqual([]);
  });

  test.each(chapters.map((chapter) => [chapter.split('\n', 1)[0], chapter]))(
    '%s: what it means, where to look, what to do',
    (_, chapter) => {
      const [, ...sections] = (chapter ?? '').split(/^### /m).map((section) => section.trim().split('\n\n'));

      expect(sections.map(([title]) => title?.split('\n', 1)[0])).toEqual([
        'Description',
        'Investigation',
        'Resolution',
      ]);
      expect(chapter).toMatch(/```|→|As in the chapter/);
    },
  );
}

/** All that may run in a function, as text. */
function functionSources(): string {
  const lib = fileURLToPath(new URL('../../lib/', import.meta.url));
  return readdirSync(lib, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/^(?:stack|local)\b/.test(file))
    .map((file) => readFileSync(`${lib}${file}`, 'utf8'))
    .join('\n');
}

function testTopic() {
  const [topic] = resources('AWS::SNS::Topic').values();
  const alarmsOfTheStack = {
    StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
    ArnLike: { 'aws:SourceArn': expect.anything() },
  };

  test('is encrypted with a key that rotates and that CloudWatch may use', () => {
    const [key] = resources('AWS::KMS::Key').values();

    expect(resolved(topic?.KmsMasterKeyId)).toBe('AlarmsTopicKey.Arn');
    expect(key).toMatchObject({
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: [
          { Principal: { AWS: expect.anything() }, Action: 'kms:*' },
          {
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
            Condition: alarmsOfTheStack,
          },
        ],
      },
    });
  });

  test('takes messages over TLS, from the alarms of this stack only', () => {
    const [policy] = resources('AWS::SNS::TopicPolicy').values();

    expect(policy?.PolicyDocument).toMatchObject({
      Statement: [
        { Effect: 'Deny', Action: 'sns:Publish', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
        {
          Effect: 'Allow',
          Action: 'sns:Publish',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Condition: alarmsOfTheStack,
        },
      ],
    });
    expect(JSON.stringify(policy)).toContain(':alarm:mautic-commerce-bridge-*"');
  });

  test('has the address that was given, or none', () => {
    const subscriptions = Object.values(other.findResources('AWS::SNS::Subscription'));

    expect(subscriptions).toMatchObject([{ Properties: { Protocol: 'email', Endpoint: 'ops@example.com' } }]);
    expect(resources('AWS::SNS::Subscription').size).toBe(0);
    expect(alarmEmailOf(undefined)).toBeUndefined();
    expect(alarmEmailOf('ops@example.com')).toBe('ops@example.com');
    expect(() => alarmEmailOf('ops')).toThrow('must be an e-mail address');
    expect(() => alarmEmailOf(true)).toThrow('must be an e-mail address');
  });
}

function testChecks() {
  test('find nothing but what is acknowledged here, with a reason', () => {
    const body = /^AwsSolutions::AwsSolutions-IAM5\[Resource::<Bodies\w+\.Arn>\/bodies\/\*\]$/;

    expect(acknowledged(app, 'mautic-commerce-bridge')).toEqual({
      Bodies: 'AwsSolutions::AwsSolutions-S1',
      'MauticSecrets/Credentials': 'AwsSolutions::AwsSolutions-SMG4',
      'MauticSecrets/Token': 'AwsSolutions::AwsSolutions-SMG4',
      StoreSecrets: 'AwsSolutions::AwsSolutions-SMG4',
      'WebhookApi/Api/POST--webhooks--{store}': 'AwsSolutions::AwsSolutions-APIG4',
      ingest: expect.stringMatching(body),
      record: expect.stringMatching(body),
    });
  });

  test('end the synthesis at a finding', () => {
    const careless = checkedApp();
    new Queue(new Stack(careless, 'careless'), 'WithoutTls');

    expect(() => careless.synth()).toThrow('AwsSolutions-SQS4');
  });
}
