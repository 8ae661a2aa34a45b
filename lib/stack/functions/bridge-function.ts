import { fileURLToPath } from 'node:url';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type * as v from 'valibot';
import type { BridgeConfig } from '../../core/policy/configuration/bridge-config.ts';
import type {
  BackfillEnvironment,
  IngestEnvironment,
  ReconcileEnvironment,
  RecordEnvironment,
  RenewTokenEnvironment,
  SweepEnvironment,
  SyncEnvironment,
} from '../../environment.ts';
import { bundlingWithConfiguration } from './bundling.ts';
import { type FunctionName, SIZING } from './sizing.ts';

interface Environments {
  readonly ingest: typeof IngestEnvironment;
  readonly record: typeof RecordEnvironment;
  readonly sync: typeof SyncEnvironment;
  readonly sweep: typeof SweepEnvironment;
  readonly reconcile: typeof ReconcileEnvironment;
  readonly backfill: typeof BackfillEnvironment;
  readonly 'renew-token': typeof RenewTokenEnvironment;
}

/** Exactly the variables a function reads: one missing or one too many does not compile. */
export type Variables<Name extends FunctionName> = {
  readonly [Key in keyof v.InferInput<Environments[Name]>]: string;
};

/** What a function is made from. */
interface Made<Name extends FunctionName> {
  readonly aws: BridgeConfig['aws'];
  readonly variables: Variables<Name>;
}

/** One function with a role and a log group of its own; it may do nothing but log until `allow` says so. */
export class BridgeFunction<Name extends FunctionName = FunctionName> extends Construct {
  readonly name: Name;
  readonly lambda: NodejsFunction;
  readonly logs: LogGroup;
  readonly #role: Role;

  constructor(scope: Construct, name: Name, { aws, variables }: Made<Name>) {
    super(scope, name);
    this.name = name;
    this.logs = new LogGroup(this, 'Logs', {
      logGroupName: logGroupName(this, name),
      retention: aws.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.#role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], this.logs.logGroupArn);
    this.lambda = new NodejsFunction(this, 'Function', {
      entry: rootFile(`functions/${name}.ts`),
      projectRoot: rootFile('.'),
      depsLockFilePath: rootFile('package-lock.json'),
      bundling: bundlingWithConfiguration(),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: aws.memory[name] ?? SIZING[name].memory,
      timeout: Duration.seconds(SIZING[name].timeout),
      role: this.#role,
      logGroup: this.logs,
      // Of each run Lambda would log its beginning, its end and what it took, which is half of all logs; what went
      // wrong it still says, and the rest stands in its metrics.
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      awsSdkConnectionReuse: false,
      environment: { ...variables, ...runtimeVariables(this, name) },
    });
  }

  /** Lets the function perform these actions on exactly these resources. */
  allow(actions: readonly string[], ...resources: readonly string[]): void {
    this.#role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
  }
}

/** Where a function of this stack logs. */
export function logGroupName(scope: Construct, name: FunctionName): string {
  return `/aws/lambda/${Stack.of(scope).stackName}/${name}`;
}

/** Where the functions of this stack count: stages in one account must not ring each other's alarms. */
export function metricsNamespace(scope: Construct): string {
  return Stack.of(scope).stackName;
}

function runtimeVariables(scope: Construct, name: FunctionName) {
  return {
    NODE_OPTIONS: '--enable-source-maps',
    POWERTOOLS_SERVICE_NAME: name,
    POWERTOOLS_METRICS_NAMESPACE: metricsNamespace(scope),
    POWERTOOLS_LOG_LEVEL: 'INFO',
  };
}

function rootFile(path: string): string {
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}
