import { type Failure, failed, type Outcome, succeeded } from '../core/failure.ts';
import type { Log } from '../core/ports.ts';
import { type Authorization, type AuthorizationOptions, isUser } from './authorization.ts';
import { createBasic } from './basic.ts';
import { createStop } from './stop.ts';
import { createTokenKeeper } from './token-keeper.ts';

/** Authorises by whatever kind of credentials the secret holds at the time. */
export function createAuthorization(options: AuthorizationOptions): Authorization {
  const stop = createStop(options);
  const basic = createBasic(options, stop);
  const keeper = createTokenKeeper(options, stop);

  async function way(): Promise<Authorization> {
    return isUser(await options.credentials.read()) ? basic : keeper;
  }
  function guarded<Value>(action: () => Promise<Outcome<Value>>): Promise<Outcome<Value>> {
    return action().catch((error: unknown) => failed(storeFailure(error, options.log)));
  }

  return {
    header: () => guarded(async () => (await way()).header()),
    renew: (bad) => guarded(async () => (await way()).renew(bad)),
    renewIfDue: (withinMs) => guarded(async () => (await way()).renewIfDue(withinMs)),
    refused: async (token) => {
      const ended = await guarded(async () => succeeded(await (await way()).refused(token)));
      return !ended.ok || ended.value;
    },
  };
}

/** Secrets or the ledger could not be reached; Mautic was not called. */
function storeFailure(error: unknown, log: Log): Failure {
  log.error('The credentials, the token or its lease could not be read or written', {
    reason: error instanceof Error ? `${error.name}: ${error.message}` : 'unknown',
  });
  const message =
    'The secrets or the ledger could not be used. Check the permissions of this function and try again.';
  return { kind: 'retry', code: 'token-store', message };
}
