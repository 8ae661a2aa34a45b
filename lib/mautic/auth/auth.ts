import { type Outcome, succeeded } from '../../core/ledger/failure.ts';
import { type Authorization, type AuthorizationOptions, isUser } from './authorization.ts';
import { createBasic } from './basic.ts';
import { createStop } from './stop.ts';
import { guardStores } from './store-failure.ts';
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
    return guardStores(action, options.log);
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
