import assert from 'node:assert/strict';
import * as v from 'valibot';
import { idOf, inventory, linesOf } from './account.ts';
import { type BridgeCommand, bridgeOf } from './bridge-command.ts';
import { eventually, WrongForGood } from './contacts.ts';
import type { Deployed } from './deployment.ts';
import { lineOfReadme, lineThatEndsProtection } from './readme.ts';
import type { Site } from './site.ts';

const FUNCTIONS = ['ingest', 'record', 'sync', 'sweep', 'reconcile', 'backfill', 'renew-token'];
const UNKNOWN = '{"schema":99}';
/** What the functions say of that, as an error, which it is. */
const SAID_OF_UNKNOWN = 'A message has no known shape';

/** One into each queue. The tries of a delivery take three quarters of an hour; here it gets two instead of eight. */
export async function sendUnknown({ shell }: Site, { stack }: Deployed): Promise<void> {
  const { aws } = shell;
  const deliveries = await idOf(shell, stack, 'DeliveriesQueue');
  const contacts = await idOf(shell, stack, 'ContactsQueue');
  const { Attributes } = v.parse(
    v.object({
      Attributes: v.object({ RedrivePolicy: v.pipe(v.string(), v.parseJson(), v.looseObject({})) }),
    }),
    await aws('sqs', 'get-queue-attributes', '--queue-url', deliveries, '--attribute-names', 'RedrivePolicy'),
  );
  const RedrivePolicy = JSON.stringify({ ...Attributes.RedrivePolicy, maxReceiveCount: 2 });
  const attributes = JSON.stringify({ RedrivePolicy });
  await aws('sqs', 'set-queue-attributes', '--queue-url', deliveries, '--attributes', attributes);
  await aws('sqs', 'send-message', '--queue-url', deliveries, '--message-body', UNKNOWN);
  const lane = ['--message-group-id', 'unknown', '--message-deduplication-id', 'unknown'];
  await aws('sqs', 'send-message', '--queue-url', contacts, '--message-body', UNKNOWN, ...lane);
}

/** `status` and `replay` as README says, against production. */
export async function useCommands({ shell, folders }: Site): Promise<void> {
  const bridge = (line: string) => shell.sh(folders.changed, line);
  await eventually(async () => {
    const status = await bridge(lineOfReadme('npm run -s bridge -- status'));
    assert.match(status, /^contacts: \d+ known, 0 behind, .* 0 parked/m);
    assert.match(status, /^dead letters: 1 deliveries, 1 rings$/m);
  });
  const all = await bridge(lineOfReadme('npm run -s bridge -- replay --parked'));
  assert.match(all, /^[1-9]\d* selected, \d+ would be tried again\. This was a dry run/m);
  const one = lineOfReadme('npm run -s bridge -- replay --contact').replace(
    'someone@example.com',
    'helene@example.test',
  );
  assert.match(await bridge(one), /^[1-9]\d* selected, [1-9]\d* are tried again\.$/m);
}

/** What somebody asks of a bridge that runs: whether it is well, what happened, and to be forgotten. */
export async function askCommands({ shell, folders, mautic }: Site): Promise<void> {
  const bridge = (line: string) => shell.sh(folders.changed, `npm run -s bridge -- ${line}`);
  // What was given up on purpose is a break; everything else must be well.
  const doctor = await bridge('doctor --json; true');
  const { found } = v.parse(v.pipe(v.string(), v.parseJson(), Report), doctor);
  const broken = found.filter(({ state }) => state === 'failed').map(({ link }) => link);
  assert.deepEqual(broken, ['dead letters'], doctor);
  for (const link of ['AWS identity', 'stack', 'Mautic', 'token', 'permissions', 'alarms'])
    assert.ok(
      found.some((one) => one.link === link && one.state !== 'failed'),
      `doctor did not look at ${link}`,
    );

  // What a replay wanted a moment ago is written soon.
  await eventually(async () => {
    const story = await bridge(`explain ${PERSON}`);
    assert.match(story, /belongs? to this person\. Mautic has all of it, as contact \d+/);
    assert.ok(!story.includes('@'), 'the story holds an address');
  });
  // CloudWatch takes a moment to show what was logged.
  await eventually(async () => {
    const history = await bridge(`explain ${PERSON} --logs`);
    assert.match(history, /^ +\S+Z +record +Recorded \(ref order\/demo\/\d+, contact \S{22}, .*outcome won/m);
    assert.match(history, /^ +\S+Z +sync +Wrote a contact \(contact \S{22}, mauticId \d+, /m);
    assert.ok(!history.includes('@'), 'the logs hold an address');
  });
  await assert.rejects(
    bridge('explain demo/404404 --logs'),
    /The logs say nothing of it since[\s\S]*has no such order/,
  );
  assert.match(await bridge('fields'), /^mautic_woo_order_count +number +number$/m);
  assert.ok((await bridge(`export ${PERSON}`)).includes(PERSON));
  await assert.rejects(bridge('explain demo/404404'), /has no such order/);
  await refuse(bridgeOf({ shell, folders }, 'production'));
  await assert.rejects(bridge('erase nobody@example.test --yes'), /knows nothing of this address/);

  assert.match(await bridge(`erase ${PERSON} --yes`), /^Forgotten as of /);
  assert.ok(!mautic.production.contacts().some(({ email }) => email === PERSON), 'Mautic still has them');
  assert.ok(!(await bridge(`export ${PERSON}`)).includes('@'), 'the ledger still has them');
}

/** What makes no sense, of commands that are used well elsewhere. */
async function refuse(bridge: BridgeCommand): Promise<void> {
  await Promise.all([
    bridge.refuses('export nobody@example.test', 1, /knows nothing of this/),
    bridge.refuses('fields --creat', 2, /Did you mean --create\?/),
    bridge.refuses('replay --contact nobody@example.test', 1, /what was named is not there/),
    bridge.refuses('status --stage elsewhere', 2, /elsewhere/),
    bridge.refuses('doctor --loud', 2, /Unknown option '--loud'/),
  ]);
}

const PERSON = 'helene@example.test';
const Report = v.object({ found: v.array(v.object({ link: v.string(), state: v.string() })) });

/**
 * Every function ran, those of the schedules without being asked where `all` says so; nothing that any of them said is
 * an error, but what was provoked.
 */
export async function readLogs(
  { shell }: Site,
  { stack }: Deployed,
  { all }: { readonly all: boolean },
): Promise<void> {
  const read = (fn: string) =>
    eventually(async () => {
      const lines = await linesOf(shell, stack, fn);
      const bad = lines.filter((line) => isBad(line) && !line.includes(SAID_OF_UNKNOWN));
      if (bad.length > 0)
        throw new WrongForGood(
          `${fn} of ${stack} logged ${String(bad.length)} lines like\n${bad.slice(0, 3).join('\n')}`,
        );
      assert.ok(lines.length > 0 || !all, `${fn} of ${stack} never ran`);
    });
  await Promise.all(FUNCTIONS.map(read));
}

function isBad(line: string): boolean {
  return /"level":"(ERROR|CRITICAL)"|AccessDenied|not authorized|Task timed out|Runtime\.|\bERROR\b/.test(
    line,
  );
}

/** As README says; production is protected until it is told otherwise. */
export async function destroyBoth({ shell, folders }: Site): Promise<void> {
  const destroy = (stage: string) =>
    shell.cdk(folders.changed, 'destroy', '--force', '--app', `cdk.out.${stage}`);
  await assert.rejects(destroy('production'), /protect/i);
  await shell.sh(folders.changed, lineThatEndsProtection());
  await Promise.all([destroy('staging'), destroy('production')]);
  const left = await inventory(shell);
  const counts = Object.fromEntries(Object.entries(left).map(([kind, names]) => [kind, names.length]));
  assert.deepEqual(
    Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    { tables: 3, buckets: 2, secrets: 8 },
    JSON.stringify(left, undefined, 2),
  );
}
