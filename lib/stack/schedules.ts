import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { REREAD } from '../environment.ts';
import type { BridgeFunction } from './functions/bridge-function.ts';

interface Props {
  readonly sweep: BridgeFunction;
  readonly reconcile: BridgeFunction;
  readonly backfill: BridgeFunction;
  readonly renewToken: BridgeFunction;
}

interface Tick {
  readonly interval: Duration;
  readonly input?: ScheduleTargetInput;
}

/** The clocks. A run that fails is not repeated: the next one does its work too. */
export class Schedules extends Construct {
  readonly #role: Role;

  constructor(scope: Construct, id: string, { sweep, reconcile, backfill, renewToken }: Props) {
    super(scope, id);
    this.#role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: {
            'aws:SourceAccount': Stack.of(this).account,
            // The scheduler names the group and never a schedule; none of ours is in another than the default one.
            'aws:SourceArn': groupArn(Stack.of(this)),
          },
        },
      }),
    });
    this.#every(Duration.minutes(1), 'Sweep', sweep);
    this.#every(Duration.minutes(15), 'Reconcile', reconcile);
    this.#every(Duration.minutes(15), 'RenewToken', renewToken);
    // Always, so that a command needs nothing but the ledger to start one: without work a run is one read.
    this.#every(Duration.minutes(1), 'Backfill', backfill);
    // Between two readings of a store, for what cannot wait so long.
    const input = ScheduleTargetInput.fromObject(REREAD);
    this.#tick('Reread', reconcile, { interval: Duration.minutes(5), input });
  }

  #every(interval: Duration, id: string, rung: BridgeFunction): void {
    const { lambda } = rung;
    this.#role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [lambda.functionArn] }),
    );
    // The scheduler only hands the event to Lambda, which has a queue and retries of its own.
    lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    this.#tick(id, rung, { interval });
  }

  #tick(id: string, { lambda }: BridgeFunction, { interval, input }: Tick): void {
    const schedule = new Schedule(this, id, {
      schedule: ScheduleExpression.rate(interval),
      target: {
        bind: () => ({
          arn: lambda.functionArn,
          role: this.#role,
          retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
          ...(input !== undefined && { input }),
        }),
      },
    });
    // Or the first ticks come before the permission.
    schedule.node.addDependency(this.#role);
  }
}

function groupArn(stack: Stack): string {
  return stack.formatArn({ service: 'scheduler', resource: 'schedule-group', resourceName: 'default' });
}
