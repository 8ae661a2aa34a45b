import type { APIGatewayProxyEventV2, ScheduledEvent, SQSEvent } from 'aws-lambda';
import { provideEnvironment } from '../../environment.ts';
import type { Handler } from '../gateway/invocation.ts';

/** The handlers that AWS would start. */
export interface Functions {
  readonly ingest: Handler<APIGatewayProxyEventV2>;
  readonly record: Handler<SQSEvent>;
  readonly sync: Handler<SQSEvent>;
  readonly sweep: Handler<ScheduledEvent>;
  readonly reconcile: Handler<ScheduledEvent>;
  readonly backfill: Handler<ScheduledEvent>;
  readonly renewToken: Handler<ScheduledEvent>;
}

/** Sets the variables the stack would set, then loads the unchanged handlers, which read them as they load. */
export async function loadFunctions(variables: Readonly<Record<string, string>>): Promise<Functions> {
  provideEnvironment(variables);
  const [ingest, record, sync, sweep, reconcile, backfill, renewToken] = await Promise.all([
    import('../../../functions/ingest.ts'),
    import('../../../functions/record.ts'),
    import('../../../functions/sync.ts'),
    import('../../../functions/sweep.ts'),
    import('../../../functions/reconcile.ts'),
    import('../../../functions/backfill.ts'),
    import('../../../functions/renew-token.ts'),
  ]);
  return {
    ingest: ingest.handler as Functions['ingest'],
    record: record.handler,
    sync: sync.handler,
    sweep: sweep.handler,
    reconcile: reconcile.handler,
    backfill: backfill.handler,
    renewToken: renewToken.handler,
  };
}
