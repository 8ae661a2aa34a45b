import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { createLedger } from '../../lib/aws/ledger/ledger.ts';
import { createTokenStore } from '../../lib/aws/secrets/token-store.ts';
import type { Ring } from '../../lib/core/contact/contact.ts';
import type { Delivery } from '../../lib/core/ledger/delivery.ts';
import { awsEnvironment, connection } from '../../lib/local/aws/connection.ts';
import { type Emulators, startEmulators } from '../../lib/local/aws/emulators.ts';
import { createResources, type Resources } from '../../lib/local/aws/resources.ts';
import { putSecrets, SECRET_IDS } from '../../lib/local/bridge/secrets.ts';
import { startMauticSimulator } from '../../lib/simulators/mautic/simulator.ts';
import packageFile from '../../package.json' with { type: 'json' };
import { runCommand, runCommandHere } from '../support/command.ts';
import {
  deliver,
  emptyFolder,
  heldContacts,
  type Running,
  startBridgeProcess,
  untilIdle,
} from '../support/process.ts';
import { arrivalOf, recordedDelivery } from '../support/woocommerce.ts';
import { keyOf } from '../support/workshop.ts';

const HELENE = 'helene@example.test';
/** An order of somebody else. */
const OTHER = arrivalOf(recordedDelivery('0161'));
const REDIRECT_URI = 'https://shop.example.com/callback';

/** The emulators with all that a deployment makes, and what its outputs say. */
async function deployed(dataDir?: string) {
  const emulators = await startEmulators(dataDir === undefined ? {} : { dataDir });
  const resources = await createResources(emulators.endpoints);
  const variables = {
    ...awsEnvironment(emulators.endpoints),
    TABLE_NAME: resources.tableName,
    CONTACTS_QUEUE_URL: resources.contactsQueueUrl,
    DELIVERIES_DEAD_LETTERS_URL: resources.deliveriesDeadLettersQueueUrl,
    CONTACTS_DEAD_LETTERS_URL: resources.contactsDeadLettersQueueUrl,
    BODIES_BUCKET: resources.bodiesBucket,
  };
  return { emulators, resources, variables };
}

/** What `record` and `sync` gave up, and a contact that is parked. */
async function putAside({ endpoints }: Emulators, resources: Resources): Promise<void> {
  const sqs = new SQSClient(connection(endpoints.sqs));
  const client = new DynamoDBClient(connection(endpoints.dynamodb));
  const ledger = createLedger({ client, tableName: resources.tableName });
  const base64 = Buffer.from(OTHER.body).toString('base64');
  const delivery: Delivery = { ...OTHER, body: { in: 'message', base64 } };
  const ring: Ring = { contact: keyOf(HELENE), wanted: 1, attempts: 0 };
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: resources.deliveriesDeadLettersQueueUrl,
      MessageBody: JSON.stringify(delivery),
    }),
  );
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: resources.contactsDeadLettersQueueUrl,
      MessageBody: JSON.stringify(ring),
      MessageGroupId: ring.contact,
      MessageDeduplicationId: 'once',
    }),
  );
  const { wanted } = await ledger.want(keyOf(HELENE), HELENE, Date.now());
  await ledger.park(keyOf(HELENE), wanted, { code: 'crashes', message: 'Look at the log', at: Date.now() });
  sqs.destroy();
  client.destroy();
}

describe('the commands on a laptop', () => {
  const folders: string[] = [];
  const running: Running[] = [];

  afterEach(async () => {
    for (const process of running) await process.kill();
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  it('work on what a stopped npm start left, and the next one goes on from there', async () => {
    const folder = await emptyFolder();
    folders.push(folder);
    const mautic = await startMauticSimulator();
    onTestFinished(() => mautic.close());
    const environment = {
      MAUTIC_BASE_URL: mautic.url,
      MAUTIC_CLIENT_ID: 'local',
      MAUTIC_CLIENT_SECRET: 'local-secret',
    };
    const bridge = await startBridgeProcess(folder, environment);
    running.push(bridge);
    expect(await deliver(bridge.url, recordedDelivery('0057'))).toBe(200);
    await untilIdle(bridge.url);
    const local = (...args: readonly string[]) =>
      runCommandHere([...args, '--local'], { BRIDGE_DATA_DIR: folder });
    const localProcess = (...args: readonly string[]) =>
      runCommand([...args, '--local'], { BRIDGE_DATA_DIR: folder });

    // While it runs, too.
    expect(await local('replay', '--all', '--dry-run')).toMatchObject({ code: 0, complained: '' });
    const history = await localProcess('explain', HELENE, '--logs');
    expect(history).toMatchObject({ code: 0, complained: '' });
    expect(history.printed).toMatch(/^ +\S+Z {2}record +Recorded \(ref order\/demo\/\d+, contact \S{22}, /m);
    expect(history.printed).toMatch(/^ +\S+Z {2}sync +Wrote a contact \(contact \S{22}, /m);
    expect(history.printed).not.toContain('@');
    await bridge.kill();
    const { emulators, resources } = await deployed(join(folder, 'aws'));
    await putAside(emulators, resources);
    await emulators.close();

    const before = await local('status');
    expect(before).toMatchObject({ code: 0, complained: '' });
    expect(before.printed).toContain('1 parked (crashes 1)');
    expect(before.printed).toContain('dead letters: 1 deliveries, 1 rings');

    const dry = await local('replay', '--all', '--dry-run');
    expect(dry).toMatchObject({ code: 0, complained: '' });
    expect(dry.printed).toMatch(/^delivery order\/demo\/\d+: .* -> would be recorded: it changes/m);
    expect(dry.printed).toMatch(
      /^contact \S{22}: parked \(crashes\) .* -> would be written again, in full$/m,
    );
    expect(dry.printed).toMatch(/^ring \S{22}: .* -> would be looked at again, in full$/m);
    expect(dry.printed).toMatch(
      /^3 selected, 3 would be tried again\. This was a dry run: nothing was changed\.$/m,
    );
    expect(await local('status')).toEqual(before);

    const real = await localProcess('replay', '--all');
    expect(real).toMatchObject({
      code: 0,
      complained: 'The bridge is stopped: it begins when npm start runs.\n',
    });
    expect(real.printed).toMatch(/^\d selected, \d are tried again\.$/m);
    const after = await local('status');
    expect(after.printed).toContain(' 0 parked');
    expect(after.printed).toContain('dead letters: 0 deliveries, 0 rings');
    expect([before, dry, real, after].map(({ printed }) => printed).join()).not.toContain('@');

    const again = await startBridgeProcess(folder, environment);
    running.push(again);
    await untilIdle(again.url);
    expect((await heldContacts(mautic.url)).map(({ email }) => email)).toHaveLength(2);
  });

  it('say so when there is no data', async () => {
    const ended = await runCommandHere(['status', '--local'], { BRIDGE_DATA_DIR: '/nowhere/at/all' });

    expect(ended).toEqual({
      code: 1,
      printed: '',
      complained: 'There is no data in /nowhere/at/all: npm start was not run here.\n',
    });
  });
});

describe('the commands on a deployed bridge', () => {
  it('find it by the variables that the stack prints', async () => {
    const { emulators, resources, variables } = await deployed();
    onTestFinished(() => emulators.close());
    await putAside(emulators, resources);

    const replayed = await runCommand(['replay', '--contact', HELENE, '--error', 'crashes'], variables);
    const status = await runCommandHere(['status'], variables);

    expect(replayed).toMatchObject({ code: 0, complained: '' });
    expect(replayed.printed.split('\n')).toEqual([
      expect.stringMatching(
        /^contact \S{22}: parked \(crashes\) at \S+: Look at the log -> will be written again, in full$/,
      ),
      '1 selected, 1 are tried again.',
      '',
    ]);
    expect(status.printed).toContain('1 known, 1 behind');
    expect(status.printed).toContain('dead letters: 1 deliveries, 1 rings');
  });

  it.each([
    [['--order', '99'], /^order order\/demo\/99: unknown -> will do nothing: the ledger has no such order$/m],
    [
      ['--contact', 'nobody@example.test'],
      /^contact \S{22}: unknown -> will do nothing: no order or customer/m,
    ],
    [['--error', 'crahses'], /^reason crahses: unknown -> will do nothing: .* parked are: crashes 1$/m],
  ])(
    'replay %j finds nothing of that name, says so, and ends with code 1',
    async (args, line) => {
      const { emulators, resources, variables } = await deployed();
      onTestFinished(() => emulators.close());
      await putAside(emulators, resources);

      const { code, printed, complained } = await runCommandHere(['replay', ...args], variables);

      expect(printed).toMatch(line);
      expect(printed).toContain('0 selected, 0 are tried again.');
      expect({ code, complained }).toEqual({
        code: 1,
        complained: 'Nothing was selected: what was named is not there.\n',
      });
    },
    60_000,
  );

  it.each([
    [['replay', '--all'], /^Nothing says in which region the bridge is: .*--local/],
    [['replay'], /^Nothing is selected/],
    [['replay', '--everything'], /^Unknown option '--everything'\.$/],
    [['status', '--all'], /^Unknown option '--all'\./],
    [['authorise', 'code'], /^There is an argument without a flag before it\.$/],
    [['start', '--onec'], /^Unknown option '--onec'\. Did you mean --once\?$/],
    [['start', '--demo', '--no-demo'], /contradict/],
    [['start', '--once', '--no-demo'], /^--once ends after the checkout/],
  ])('%j end with one clear line and code 2', async (args, complaint) => {
    const { code, printed, complained } = await runCommandHere(args);

    expect({ code, printed }).toEqual({ code: 2, printed: '' });
    expect(complained.trimEnd()).toMatch(complaint);
    expect(complained.trimEnd().split('\n')).toHaveLength(1);
  });

  it.each([
    ['explain 1 --json', 2, /CONTACTS_QUEUE_URL: is missing/],
    ['status --local --json', 1, /There is no data/],
    ['status --jsno --json', 2, /^Unknown option '--jsno'/],
  ] as const)('%s says what is wrong as one document, too', async (line, code, complaint) => {
    const ended = await runCommandHere(line.split(' '), {
      TABLE_NAME: 'bridge',
      BRIDGE_DATA_DIR: '/nowhere/at/all',
    });

    expect(ended.code).toBe(code);
    expect(ended.complained).toMatch(complaint);
    expect(JSON.parse(ended.printed)).toEqual({ error: ended.complained.trimEnd() });
  });

  it.each([['--bogus'], ['--latency', 'soon'], ['--fail', 'nothing']])(
    'mautic %s is wrong use, too',
    async (...args) => {
      const { code, complained } = await runCommandHere(['mautic', ...args]);

      expect(code).toBe(2);
      expect(complained).toContain('The flags are:');
    },
  );

  it('say which of the variables are missing where the shell gives some', async () => {
    const { code, complained } = await runCommandHere(['status'], { TABLE_NAME: 'bridge' });

    expect(code).toBe(2);
    expect(complained).toMatch(/CONTACTS_QUEUE_URL: is missing.*BODIES_BUCKET: is missing.*Leave them out/);
  });

  it.each(
    ['replay', 'status', 'authorise', 'start', 'mautic'].flatMap((name) => [
      [name, '--help'],
      [name, '-h'],
    ]),
  )('%s %s says how', async (name, flag) => {
    // The simulated Mautic says it itself.
    const run = name === 'mautic' ? runCommand : runCommandHere;
    const { code, printed, complained } = await run([name, flag]);

    expect({ code, complained }).toEqual({ code: 0, complained: '' });
    expect(printed).toMatch(/^Usage: npm /);
  });

  it.each([[[]], [['--help']], [['-h']]])('are listed by %j, and nothing is started', async (args) => {
    const { code, printed, complained } = await runCommandHere(args);

    expect({ code, complained }).toEqual({ code: 0, complained: '' });
    expect(printed).toMatch(/^Usage: .*<command>/);
    for (const name of ['start', 'mautic', 'status', 'replay', 'authorise'])
      expect(printed).toMatch(new RegExp(`^ +${name} `, 'm'));
  });

  it.each(['--version', '-V'])('say the version with %s', async (flag) => {
    const { code, printed } = await runCommand([flag]);

    expect({ code, printed }).toEqual({ code: 0, printed: `${packageFile.version}\n` });
  });

  it('keep what they compiled for the next one', async () => {
    const kept = await emptyFolder();
    onTestFinished(() => rm(kept, { recursive: true, force: true }));

    await runCommand(['--version'], { NODE_COMPILE_CACHE: kept });

    const files = await readdir(kept, { recursive: true });
    expect(files.length).toBeGreaterThan(50);
  });

  it('load nothing of AWS before they need it', async () => {
    const heard = `import { registerHooks } from 'node:module';
      registerHooks({ load: (url, context, next) => (console.error(url), next(url, context)) });`;
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(heard)}`;

    const { code, complained } = await runCommand(['--help'], { NODE_OPTIONS });

    expect(code).toBe(0);
    expect(complained).toContain('/lib/cli/program.ts');
    expect(complained.split('\n').filter((url) => /@aws-sdk|@smithy/.test(url))).toEqual([]);
  });

  it('that do not exist end with the list of those that do', async () => {
    expect(await runCommand(['repaly'])).toMatchObject({
      code: 2,
      complained: expect.stringMatching(
        /^There is no such command\. Did you mean replay\?\n\nUsage:[\s\S]* replay /,
      ),
    });
  });
});

describe('authorise', () => {
  async function withMautic(credentials: object) {
    const { emulators, variables } = await deployed();
    onTestFinished(() => emulators.close());
    const mautic = await startMauticSimulator();
    onTestFinished(() => mautic.close());
    await putSecrets(emulators.endpoints.secretsManager, {
      stores: '{}',
      mautic: JSON.stringify(credentials),
    });
    const client = new SecretsManagerClient(connection(emulators.endpoints.secretsManager));
    onTestFinished(() => client.destroy());
    return {
      mautic,
      tokens: createTokenStore({ client, secretId: SECRET_IDS.token }),
      authorise: (...args: readonly string[]) =>
        runCommandHere(['authorise', ...args], {
          ...variables,
          MAUTIC_BASE_URL: mautic.url,
          MAUTIC_SECRET_ID: SECRET_IDS.mautic,
          MAUTIC_TOKEN_SECRET_ID: SECRET_IDS.token,
        }),
    };
  }

  const GRANT = {
    clientId: 'local',
    clientSecret: 'local-secret',
    grant: 'authorization_code',
    redirectUri: REDIRECT_URI,
  };

  it('prints the address to open, then takes the code that Mautic leads to', async () => {
    const { mautic, tokens, authorise } = await withMautic(GRANT);

    const opened = await authorise();
    expect(opened).toMatchObject({ code: 0, complained: '' });
    expect(opened.printed).toMatch(/^Open http:\S+\/oauth\/v2\/authorize\?client_id=local&/);

    const code = mautic.issueCode({ client: 'local', user: 'admin', redirectUri: REDIRECT_URI });
    const exchanged = await authorise('--code', `${REDIRECT_URI}?state=&code=${encodeURIComponent(code)}`);
    expect(exchanged).toMatchObject({ code: 0, complained: '' });
    expect(exchanged.printed).toMatch(/^The bridge is authorised/);
    const token = await tokens.read();
    expect(token?.refreshToken).toMatch(/./);
    expect(opened.printed + exchanged.printed).not.toContain('local-secret');
    expect(exchanged.printed).not.toContain(token?.accessToken);
  });

  it('says where to get a new code when one is refused', async () => {
    const { authorise } = await withMautic(GRANT);

    const { code, printed, complained } = await authorise('--code', 'used-already');

    expect({ code, printed }).toEqual({ code: 1, printed: '' });
    expect(complained).toMatch(/Mautic refuses the code.*Open http:\S+\/oauth\/v2\/authorize/);
  });

  it('says when nothing needs to be authorised', async () => {
    const { authorise } = await withMautic({ clientId: 'local', clientSecret: 'local-secret' });

    expect(await authorise()).toMatchObject({
      code: 0,
      printed: expect.stringMatching(/^Nothing needs to be authorised/),
    });
    expect((await authorise('--code', 'x')).complained).toMatch(/no credentials that a person authorises/);
  });
});
