import { App, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { AwsSolutionsChecks } from 'cdk-nag';
import { defineBridge, stageOf } from '../../lib/core/policy/configuration/bridge-config.ts';
import type { Store } from '../../lib/core/policy/configuration/store.ts';
import { BridgeStack } from '../../lib/stack/bridge-stack.ts';
import { type FunctionName, SIZING } from '../../lib/stack/functions/sizing.ts';
import { stackNameOf } from '../../lib/stack/stage.ts';
import { resolved, withoutHash } from './resolved.ts';

// What the CDK calls deprecated is a warning to everybody who deploys, and an error here.
process.env['JSII_DEPRECATED'] = 'fail';

/** Two stores, one with all that can be said of it. */
export const STORES: readonly Store[] = [
  { id: 'demo', kind: 'woocommerce', currency: 'EUR' },
  { id: 'second-shop', kind: 'woocommerce', currency: 'CHF', url: 'https://shop.example.com' },
];

/** The functions' names. */
export const NAMES = Object.keys(SIZING) as FunctionName[];

/**
 * An app as bin/app.ts makes it, but that bundling takes seconds and is tested by itself; and that what the CDK finds by
 * CloudFormation's own rules is a warning, which bundles.test.ts reads: finding it is half of a synthesis.
 */
export function checkedApp(): App {
  const context = { ...recommendedFlags, 'aws:cdk:bundling-stacks': [] };
  const app = new App({ context, builtinCloudFormationValidation: false });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}

/** Both stages in one app, as if deployed to one account. */
export const app = checkedApp();

/** As a new user deploys it. */
export const production = new BridgeStack(app, stackNameOf('production'), {
  config: stageOf(defineBridge({ stores: [...STORES], mautic: { url: 'https://mautic.example.com' } })),
});
/** With everything that can be said of AWS. */
export const staging = new BridgeStack(app, stackNameOf('staging'), {
  config: stageOf(
    defineBridge({
      region: 'eu-central-1',
      alarms: { email: 'ops@example.com' },
      stores: [{ id: 'second-shop', kind: 'woocommerce', currency: 'CHF', url: 'https://shop.tea.test' }],
      mautic: { url: 'https://elsewhere.tea.test' },
      aws: {
        rateLimit: { perSecond: 200, burst: 400 },
        syncConcurrency: 6,
        recordConcurrency: 4,
        memory: { sync: 1024 },
        logRetentionDays: 90,
        domain: {
          name: 'hooks.tea.test',
          certificateArn:
            'arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d-0000-0000-0000-000000000000',
        },
        tags: { owner: 'shop' },
      },
    }),
  ),
  stage: 'staging',
});

/** The production template. */
export const template = Template.fromStack(production);

/** Another stage with another configuration, and with somebody who is told of alarms. */
export const other = Template.fromStack(staging);

/** Whatever a resource of a template says. */
export type Properties = Readonly<Record<string, unknown>>;

/** Properties of the resources of a type, by logical id without its hash. */
export function resources(type: string): ReadonlyMap<string, Properties> {
  const found = Object.entries(template.findResources(type));
  return new Map(found.map(([id, resource]) => [withoutHash(id), resource.Properties as Properties]));
}

/** A function by the name the design gives it. */
export function functionOf(name: FunctionName): { readonly id: string; readonly properties: Properties } {
  const id = `${name.replace('-', '')}Function`;
  const properties = resources('AWS::Lambda::Function').get(id);
  if (properties === undefined) throw new Error(`There is no function ${name}`);
  return { id, properties };
}

/** The environment of a function as it would look deployed. */
export function variablesOf(name: FunctionName): Record<string, string> {
  const { Variables: variables } = functionOf(name).properties.Environment as { Variables: Properties };
  return Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, resolved(value)]));
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

interface Policy {
  readonly Roles: readonly unknown[];
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
}

/** Policies of every role, or of the one that belongs to this function or construct. */
export function statements(owner?: string): readonly Statement[] {
  const policies = [...resources('AWS::IAM::Policy').values()] as unknown as readonly Policy[];
  const role = `${owner?.replace('-', '') ?? ''}role`;
  return policies
    .filter(({ Roles }) => owner === undefined || Roles.some((name) => resolved(name).toLowerCase() === role))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

/** Allowed actions by resource. */
export function permissionsOf(owner: string): Record<string, string[]> {
  const permissions: Record<string, string[]> = {};
  for (const { Action, Resource } of statements(owner)) {
    for (const resource of [Resource].flat().map(resolved)) {
      permissions[resource] = [...(permissions[resource] ?? []), ...[Action].flat()].sort();
    }
  }
  return permissions;
}
