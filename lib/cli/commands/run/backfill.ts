import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { createDynamoDBClient, createSecretsManagerClient } from '../../../aws/clients.ts';
import { systemClock as clock } from '../../../aws/clock.ts';
import { createLedger } from '../../../aws/ledger/ledger.ts';
import { createStoreKeys } from '../../../aws/secrets/store-keys.ts';
import { createStoreSecrets } from '../../../aws/secrets/store-secrets.ts';
import { commandLine } from '../../../core/ledger/command.ts';
import type { Failure } from '../../../core/ledger/failure.ts';
import type { Store } from '../../../core/policy/configuration/store.ts';
import type { BackfillOptions } from '../../../core/stores/backfill.ts';
import { CommandEnvironment, readEnvironment } from '../../../environment.ts';
import { createMauticContacts } from '../../../mautic/contacts/contacts.ts';
import {
  pauseBackfill,
  readBackfill,
  resumeBackfill,
  startBackfill,
} from '../../../pipeline/backfill/control.ts';
import { type BackfillPlan, planBackfill } from '../../../pipeline/backfill/plan.ts';
import { storeApiOf } from '../../../stores/rest.ts';
import { sourcesFor } from '../../../stores/webhooks.ts';
import { variablesFor } from '../../ledger.ts';
import { openMautic } from '../../mautic.ts';
import { assertMauticIsReady } from '../../mautic-standing.ts';
import { askAt } from '../../output/questions.ts';
import type { Place, Site } from '../../place/place.ts';
import { storeRemedy } from '../../store-remedy.ts';
import { answer, createTerminalLog } from '../../terminal.ts';
import { planLines, standLines, startLines } from './backfill-lines.ts';
import { watchBackfill } from './watch-backfill.ts';

/** What is to be done with the backfill of a store. */
export type BackfillAction = 'start' | 'plan' | 'status' | 'watch' | 'pause' | 'resume';

interface Wanted {
  readonly store: Store;
  readonly action: BackfillAction;
  readonly options: BackfillOptions;
  readonly yes: boolean;
  readonly detach: boolean;
}

/** Plans, starts, watches, pauses or resumes the backfill of a store. @throws Error that says why it cannot be done. */
export async function backfill(site: Site, wanted: Wanted): Promise<void> {
  const { TABLE_NAME: tableName } = variablesFor(() => readEnvironment(CommandEnvironment));
  const client = createDynamoDBClient();
  const control = { registers: createLedger({ client, tableName }), clock };
  const { id } = wanted.store;
  try {
    switch (wanted.action) {
      case 'plan':
      case 'start':
        return await plan(site, wanted, control);
      case 'status':
        return await sayStanding(site, control, id);
      case 'watch':
        return await watchBackfill(site, control, id);
      case 'pause':
        await pause(control, id);
        return await sayStanding(site, control, id);
      case 'resume':
        if ((await resumeBackfill(control, id)) === 'none')
          throw new Error(`No backfill of store ${id} is paused.`);
        return await watchUnless(site, wanted, control);
    }
  } finally {
    client.destroy();
  }
}

/** @throws Error when there is nothing that could be paused. */
async function pause(control: Control, store: string): Promise<void> {
  const paused = await pauseBackfill(control, store);
  if (paused === 'none') throw new Error(`No backfill of store ${store} is running.`);
  if (paused === 'writing')
    throw new Error(
      `Everything of store ${store} is read, so there is nothing to pause: only contacts are left to be written.`,
    );
}

type Control = Parameters<typeof watchBackfill>[1];

async function sayStanding(site: Site, control: Control, store: string): Promise<void> {
  const standing = await readBackfill(control, store);
  answer(site, standing ?? null, standLines(store, standing));
}

/** A dry run; then, if somebody agrees, the real one. */
async function plan(site: Site, wanted: Wanted, control: Control): Promise<void> {
  const { store, action, options, yes } = wanted;
  if (action === 'start' && (await isUnderWay(wanted, control))) return watchUnless(site, wanted, control);
  // Nobody should wait for what cannot be answered.
  const questions = action === 'plan' || yes ? undefined : askAt();
  const outlook = await outlookOf(site, store, options);
  if (action === 'plan') return answer(site, outlook, [...planLines(outlook), ...startLines(outlook)]);
  if (!site.json) for (const line of planLines(outlook)) site.terminal.print(line);
  if (questions && !(await questions.agree('Start it?', false)))
    return answer(site, { started: false }, ['Nothing was started.']);
  await startBackfill(control, store.id, options);
  await watchUnless(site, wanted, control);
}

/** @throws Error where one is under way that is not the one that is asked for, or has to be resumed. */
async function isUnderWay({ store, options }: Wanted, control: Control): Promise<boolean> {
  const known = await readBackfill(control, store.id);
  if (known?.state === 'paused')
    throw new Error(
      `A backfill of store ${store.id} is paused. Go on with it: ${commandLine('backfill --resume')}`,
    );
  if (known?.state !== 'running') return false;
  if (Object.keys(options).length === 0 || isDeepStrictEqual(options, known.options)) {
    // Whoever put it down may have died before anybody was told of it, or its store was out of the configuration.
    await startBackfill(control, store.id, known.options);
    return true;
  }
  throw new Error(
    `A backfill of store ${store.id} is running, which was started in another way: what was asked for now was not started. Watch that one: ${commandLine('backfill --watch')}`,
  );
}

async function watchUnless(site: Site, { store, detach }: Wanted, control: Control): Promise<void> {
  if (!detach && site.place.isRunning) return watchBackfill(site, control, store.id);
  if (!site.place.isRunning) site.terminal.complain('It begins when npm start runs.');
  await sayStanding(site, control, store.id);
}

async function outlookOf(site: Site, store: Store, options: BackfillOptions): Promise<BackfillPlan> {
  const { config, terminal } = site;
  const environment = variablesFor(() => readEnvironment(CommandEnvironment));
  if (site.place.withoutMautic !== undefined) throw new Error(site.place.withoutMautic);
  const [dynamodb, secrets] = [createDynamoDBClient(), createSecretsManagerClient()];
  const mautic = openMautic(site);
  const ledger = createLedger({ client: dynamodb, tableName: environment.TABLE_NAME });
  const former = createStoreSecrets({ client: secrets, secretId: environment.STORE_SECRETS_ID, clock });
  const log = createTerminalLog(terminal);
  const sourceOf = sourcesFor(config.policy);
  try {
    await assertMauticIsReady(mautic);
    const planned = await planBackfill(
      {
        stores: config.stores,
        policy: config.policy,
        things: ledger,
        contacts: ledger,
        keys: createStoreKeys({ client: secrets, secretId: environment.STORE_KEYS_ID, former, clock, log }),
        storeApiOf: (one, key) => storeApiOf(one, key, { clock, randomId: randomUUID, sourceOf }),
        sourceOf,
        mautic: createMauticContacts(mautic.client),
        clock,
      },
      store,
      options,
    );
    if (!planned.ok) throw new Error(refusalOf(planned.failure, site.place));
    return planned.value;
  } finally {
    mautic.close();
    for (const client of [dynamodb, secrets]) client.destroy();
  }
}

/** A store on this machine gets its address and its keys elsewhere than in the cloud. */
function refusalOf({ code, message }: Failure, place: Place): string {
  const isUnreadable = code === 'no-keys' || code === 'no-url';
  if (place.kind !== 'local' || !isUnreadable) return message;
  return `The store has no url, or no keys: ${storeRemedy(place)}.`;
}
