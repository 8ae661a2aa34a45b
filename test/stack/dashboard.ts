import { describe, expect, test } from 'vitest';
import { functionSources } from './function-sources.ts';
import { resolved } from './resolved.ts';
import { NAMES, other, type Properties, resources } from './template.ts';
import { OWN_METRICS } from './watched.ts';

interface Widget {
  readonly type: string;
  readonly width: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly metrics?: readonly (readonly unknown[])[];
    readonly alarms?: readonly string[];
    readonly query?: string;
  };
}

/** What an on-call person opens. In a file of its own, but run by stack.test.ts: loading the CDK takes seconds. */
export function testDashboard(): void {
  describe('the dashboard', () => {
    testWidgets();
  });
  describe('the saved queries', () => {
    testQueries();
  });
}

function widgetsOf(dashboard: Properties | undefined): readonly Widget[] {
  return (JSON.parse(resolved(dashboard?.DashboardBody)) as { widgets: Widget[] }).widgets;
}

function testWidgets() {
  const [dashboard, ...more] = resources('AWS::CloudWatch::Dashboard').values();
  const widgets = widgetsOf(dashboard);
  const metrics = widgets.flatMap(({ properties }) => properties.metrics ?? []);
  const named = metrics.filter(([namespace]) => typeof namespace === 'string');

  test('is one, called like the stack, and says where to read on', () => {
    expect(more).toEqual([]);
    expect(dashboard?.DashboardName).toBe('mautic-commerce-bridge');
    expect(widgets[0]?.properties.markdown).toContain('lib/stack/runbook.md');
  });

  test('answers what somebody on call asks, a row for each question', () => {
    const headings = widgets.flatMap(({ properties }) => properties.markdown?.match(/^## (.*)$/)?.[1] ?? []);

    expect(headings).toEqual([
      'How far behind, how fast',
      'Mautic',
      'Stores',
      'What happens once: notes, e-mails',
      'Functions',
    ]);
    expect(metrics.flatMap(([, name]) => (typeof name === 'string' ? name : []))).toEqual(
      expect.arrayContaining([
        'MinutesOverdue',
        'ContactWritten',
        'MauticMilliseconds',
        'MauticFailed',
        'BreakerOpened',
        'TokenMinutesLeft',
        'EffectDone',
        'EffectParked',
        'ApproximateNumberOfMessagesVisible',
      ]),
    );
  });

  test('shows every alarm there is', () => {
    const shown = widgets.flatMap(({ properties }) => properties.alarms ?? []);

    expect(new Set(shown)).toEqual(
      new Set([...resources('AWS::CloudWatch::Alarm').keys()].map((id) => `${id}.Arn`)),
    );
  });

  test('looks at what is counted, by the function that counts it', () => {
    const own = named.filter(([namespace]) => namespace === 'mautic-commerce-bridge');

    expect(own.length).toBeGreaterThan(10);
    for (const [, name, dimension, service] of own) {
      expect(Object.keys(OWN_METRICS)).toContain(name);
      expect(dimension).toBe('service');
      expect(NAMES).toContain(service);
    }
  });

  test('costs nothing beside: no more metrics than AWS shows for free', () => {
    expect(metrics.length).toBeLessThanOrEqual(50);
  });

  test('has every function in its graphs of crashes and time', () => {
    for (const metric of ['Errors', 'Duration']) {
      const labels = named
        .filter(([namespace, name]) => namespace === 'AWS/Lambda' && name === metric)
        .map((line) => (line.at(-1) as { label?: string }).label);

      expect(new Set(labels)).toEqual(new Set(NAMES));
    }
  });

  test('of another stage shows that stage alone', () => {
    const [theirs] = Object.values(other.findResources('AWS::CloudWatch::Dashboard'));
    const text = resolved((theirs?.Properties as Properties | undefined)?.DashboardBody);

    expect(text).toContain('"mautic-commerce-bridge-staging"');
    expect(text).not.toContain('"mautic-commerce-bridge"');
    expect(text).not.toContain('{mautic-commerce-bridge,');
  });

  test('fills each row and no more', () => {
    const widest = widgets.reduce((sum, { width }) => sum + width, 0);

    expect(widest % 24).toBe(0);
  });
}

function testQueries() {
  const queries = [...resources('AWS::Logs::QueryDefinition').values()];

  test('follow an order and a contact through every function, and say what went wrong', () => {
    expect(queries.map(({ Name }) => String(Name)).sort()).toEqual([
      'mautic-commerce-bridge/What happened to a contact',
      'mautic-commerce-bridge/What happened to an order',
      'mautic-commerce-bridge/What the functions complain of',
      'mautic-commerce-bridge/What was put off or parked, and why',
    ]);
    const groups = [...resources('AWS::Lambda::Function').keys()].map((id) => id.replace('Function', 'Logs'));
    for (const { LogGroupNames } of queries)
      expect((LogGroupNames as readonly unknown[]).map(resolved).sort()).toEqual([...groups].sort());
  });

  test('ask for fields that the functions write', () => {
    const written = functionSources();
    const asked = queries.flatMap(({ QueryString }) => [
      ...String(QueryString).matchAll(/(?:^fields |, |filter |or )([a-z]\w+)(?=,| =|\n|$)/gm),
    ]);
    const fields = new Set(asked.map(([, field]) => String(field)));

    expect(fields).toContain('ref');
    expect(fields).toContain('contact');
    // These Powertools adds.
    const own = [...fields].filter((field) => !['service', 'level', 'message'].includes(field));
    expect(own.filter((field) => !new RegExp(`\\b${field}\\b[:,]`).test(written))).toEqual([]);
  });
}
