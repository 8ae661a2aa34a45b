import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, test } from 'vitest';
import { METRICS_NAMESPACE } from '../../lib/environment.ts';
import { acknowledged } from './acknowledged.ts';
import { functionSources } from './function-sources.ts';
import { resolved } from './resolved.ts';
import { app, checkedApp, functionOf, NAMES, other, type Properties, resources } from './template.ts';
import { inVain } from './unfilled-secret.ts';
import { ALARMS, FILTERED, OWN_METRICS } from './watched.ts';

const alarms = resources('AWS::CloudWatch::Alarm');
const PREFIX = 'mautic-commerce-bridge-';

function nameOf(alarm: Properties): string {
  return String(alarm.AlarmName).replace(PREFIX, '');
}

/** A metric of an alarm, with the statistic it looks at. */
interface Looked {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Value: unknown }[];
  readonly Statistic: string;
  readonly Period: number;
}

interface Part {
  readonly MetricStat?: {
    readonly Metric: Omit<Looked, 'Statistic' | 'Period'>;
    readonly Stat: string;
    readonly Period: number;
  };
}

/** Metrics of an alarm, whether it has one or calculates with several. */
function metricsOf(alarm: Properties | undefined): readonly Looked[] {
  const { Metrics: several } = alarm as { Metrics?: readonly Part[] };
  if (several === undefined) return [alarm as unknown as Looked];
  return several.flatMap(({ MetricStat }) =>
    MetricStat === undefined
      ? []
      : [{ ...MetricStat.Metric, Statistic: MetricStat.Stat, Period: MetricStat.Period }],
  );
}

/** As a line of the table says it. */
function lineOf({ Namespace, MetricName: name, Dimensions, Statistic, Period }: Looked): string {
  const namespace = Namespace === METRICS_NAMESPACE ? 'bridge' : Namespace;
  const whose = (Dimensions ?? []).map(({ Value }) => resolved(Value));
  return [namespace, name, Statistic, Period, ...whose].join(' ');
}

function ringsOf(alarm: Properties): string {
  const { DatapointsToAlarm: of, EvaluationPeriods: within, Threshold } = alarm;
  const side = String(alarm.ComparisonOperator) === 'LessThanThreshold' ? 'below' : 'above';
  const silent = alarm.TreatMissingData === 'breaching' ? ' or silent' : '';
  return `${String(of)} of ${String(within)} ${side} ${String(Threshold)}${silent}`;
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
      // Counters that were not raised report nothing; what must not stand still rings for that.
      const stands = alarm.ComparisonOperator === 'LessThanThreshold';
      expect(['GreaterThanThreshold', 'LessThanThreshold']).toContain(alarm.ComparisonOperator);
      expect(alarm.TreatMissingData).toBe(stands ? 'breaching' : 'notBreaching');
    },
  );

  test('are those of the table and no others', () => {
    expect([...alarms.values()].map(nameOf).sort()).toEqual(Object.keys(ALARMS).sort());
  });
}

function testMetrics() {
  test.each(Object.entries(ALARMS))('%s: %j', (name, { looksAt, rings }) => {
    const alarm = alarms.get(`Alarms${name}`) ?? {};

    expect(metricsOf(alarm).map(lineOf)).toEqual(looksAt);
    expect(ringsOf(alarm)).toBe(rings);
  });

  test('is counted: every metric of the bridge in an alarm is one that a function knows, and the other way round', () => {
    const looked = Object.entries(ALARMS).flatMap(([alarm, { looksAt }]) =>
      looksAt
        .filter((line) => line.startsWith('bridge '))
        .map((line) => `${line.split(' ')[1] ?? ''} → ${alarm}`),
    );
    const own = Object.entries(OWN_METRICS).flatMap(([metric, alarm]) =>
      alarm === undefined ? [] : [`${metric} → ${alarm}`],
    );

    expect(new Set(looked)).toEqual(new Set([...own, `${FILTERED} → TokenNotRenewed`]));
  });

  test('is how many requests the API of this stage lets through', () => {
    const flood = Object.values(other.findResources('AWS::CloudWatch::Alarm'))
      .map((alarm) => alarm.Properties as Properties)
      .filter(({ AlarmName }) => String(AlarmName).endsWith('-RequestFlood'));

    // Half of 200 a second.
    expect(flood.map(({ Threshold }) => Threshold)).toEqual([30_000]);
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

  test('errors and throttles of each function, and whether each schedule still starts its own', () => {
    const watched = (metricName: string) =>
      [...alarms.values()]
        .flatMap(metricsOf)
        .filter(({ MetricName: name, Namespace }) => name === metricName && Namespace === 'AWS/Lambda')
        .map(({ Dimensions }) => resolved(Dimensions?.[0]?.Value))
        .sort();
    const every = NAMES.map((name) => functionOf(name).id).sort();
    const scheduled = [...resources('AWS::Scheduler::Schedule').values()].map(({ Target }) =>
      resolved((Target as Properties).Arn).replace('.Arn', ''),
    );
    // A function with two schedules tells by itself which one started it.
    const once = scheduled.filter((id) => scheduled.indexOf(id) === scheduled.lastIndexOf(id)).sort();

    expect(watched('Errors')).toEqual(every);
    expect(watched('Throttles')).toEqual(every);
    expect(watched('Invocations')).toEqual(once);
    expect(scheduled.filter((id) => !once.includes(id))).toEqual(['reconcileFunction', 'reconcileFunction']);
  });

  test('how long the oldest message of each queue has waited, for a trigger that stands still', () => {
    const fed = [...resources('AWS::Lambda::EventSourceMapping').values()].map(({ EventSourceArn }) =>
      resolved(EventSourceArn).replace('.Arn', '.QueueName'),
    );
    const aged = [...alarms.values()]
      .flatMap(metricsOf)
      .filter(({ MetricName: name }) => name === 'ApproximateAgeOfOldestMessage')
      .map(({ Dimensions }) => resolved(Dimensions?.[0]?.Value));

    expect(aged.sort()).toEqual(fed.sort());
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

/** Chapters that no alarm names. */
const WITHOUT_ALARM = ['RestoreTheLedger'];

function testRunbook() {
  const file = fileURLToPath(new URL('../../lib/stack/runbook.md', import.meta.url));
  const chapters = readFileSync(file, 'utf8').split(/^## /m).slice(1);

  test('has a chapter for each alarm, and one for what no alarm tells', () => {
    const titles = new Set(chapters.map((chapter) => chapter.split('\n', 1)[0]));

    expect(titles).toEqual(new Set([...[...alarms.values()].map(nameOf), ...WITHOUT_ALARM]));
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
  });
}

function testChecks() {
  test('find nothing but what is acknowledged here, with a reason', () => {
    const body = /^AwsSolutions::AwsSolutions-IAM5\[Resource::<Bodies\w+\.Arn>\/bodies\/\*\]$/;

    expect(acknowledged(app, 'mautic-commerce-bridge')).toEqual({
      Bodies: 'AwsSolutions::AwsSolutions-S1',
      'MauticSecrets/Credentials': 'AwsSolutions::AwsSolutions-SMG4',
      'MauticSecrets/Token': 'AwsSolutions::AwsSolutions-SMG4',
      StoreKeys: 'AwsSolutions::AwsSolutions-SMG4',
      StoreSecrets: 'AwsSolutions::AwsSolutions-SMG4',
      'WebhookApi/Api/POST--webhooks--{store+}': 'AwsSolutions::AwsSolutions-APIG4',
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
