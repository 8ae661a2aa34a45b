import { MAUTIC_WAITS } from '../../mautic-standing.ts';
import { askAt } from '../../output/questions.ts';
import { NoStack } from '../../place/deployed.ts';
import { type Doors, workAt } from '../../place/open-place.ts';
import type { Site } from '../../place/place.ts';
import { CALLBACK_PORT } from '../../setup/callback-port.ts';
import { configure } from '../../setup/config-step.ts';
import { givenByStore, givenSecrets } from '../../setup/given-secrets.ts';
import { setUpMautic } from '../../setup/mautic-step.ts';
import type { SetupFlags } from '../../setup/setup-flags.ts';
import type { Callback } from '../../setup/shop-consent.ts';
import type { SetupStep } from '../../setup/step.ts';
import { setUpStore } from '../../setup/store-step.ts';
import { answer, type Terminal } from '../../terminal.ts';
import { UsageError } from '../../usage-error.ts';
import { doctor } from './doctor.ts';
import { fields } from './fields.ts';
import { webhooks } from './webhooks.ts';

/** Step by step, or by what is given. @throws UsageError that names what is missing in a script. */
export async function setup(doors: Doors, flags: SetupFlags): Promise<void> {
  if (flags.local) throw new UsageError(LOCAL);
  const ask = flags.yes === true ? undefined : askAt();
  const terminal = flags.json === true ? aside(doors) : doors.terminal;
  const given = await givenSecrets(flags.secretsStdin === true);
  await configure({ flags, terminal, ask });
  try {
    await workAt(doors, flags, async (site) => {
      site.whenInterrupted('What was answered is kept where it said so; run setup again for the rest.');
      const say = (line: string) => terminal.print(line);
      const step = { ask, given, callback: callbackOf(flags), renew: flags.renew === true, say };
      const left = await fill({ ...step, site: { ...site, terminal, json: false } }, flags.storeId);
      await doctor(site);
      if (left) throw new Error('Something of the setup is left that needs a person; see above.');
    });
  } catch (error) {
    if (!(error instanceof NoStack)) throw error;
    const found = error.message.split('. ')[0] ?? '';
    const next = deployLines(flags, error.region);
    answer({ terminal: doors.terminal, json: flags.json === true }, { found, next }, [
      `${found} yet. Now deploy, and run setup again for the secrets:`,
      ...next.map((line) => `  ${line}`),
    ]);
  }
}

/** Where the answer is for a machine, what is done on the way is said beside it. */
function aside({ terminal }: Doors): Terminal {
  const complain = (line: string) => terminal.complain(line);
  return { print: complain, complain };
}

const LOCAL =
  'On this machine the shell says it all, and nothing is kept: MAUTIC_BASE_URL, MAUTIC_CLIENT_ID, STORE_URL and the others; see .github/REFERENCE.md, "With a real Mautic or a real store".';

function deployLines({ stage, config }: SetupFlags, region: string): readonly string[] {
  const context = [
    ...(stage === undefined ? [] : [`-c stage=${stage}`]),
    ...(config === undefined ? [] : [`-c config=${config}`]),
  ];
  return [`npx cdk bootstrap aws://<account>/${region}`, ['npx cdk deploy', ...context].join(' ')];
}

/** Whether something is left that was tried and could not be done. */
async function fill(step: SetupStep, storeId: string | undefined): Promise<boolean> {
  const { site, say } = step;
  const withKeys: string[] = [];
  const { stores } = site.config;
  const givenTo = givenByStore(step.given, stores, storeId);
  for (const store of stores)
    if (await setUpStore({ ...step, given: givenTo(store.id) }, store)) withKeys.push(store.id);
  const standing = await setUpMautic(step);
  const failures = [
    standing === 'ready'
      ? await offer(step, 'Make the contact fields in Mautic that are missing?', () => fields(site, true))
      : false,
    withKeys.length > 0
      ? await offer(step, 'Register the webhooks in the shop?', () => register(site, withKeys))
      : false,
  ];
  if (standing !== 'ready') say(`Fields: later. ${MAUTIC_WAITS[standing]}`);
  return failures.includes(true);
}

async function register(site: Site, stores: readonly string[]): Promise<void> {
  for (const store of stores) await webhooks(site, 'repair', { store, url: undefined, yes: true });
}

/** Where the shop sends its keys to, if that was asked for. */
function callbackOf({
  callbackUrl: url,
  callbackPort: port = CALLBACK_PORT,
}: SetupFlags): Callback | undefined {
  return url === undefined ? undefined : { url, port };
}

/** Whether it was tried, and failed. */
async function offer({ ask, say }: SetupStep, question: string, work: () => Promise<void>): Promise<boolean> {
  if (ask && !(await ask.agree(question))) return false;
  try {
    await work();
    return false;
  } catch (error) {
    say(error instanceof Error ? error.message : 'That did not work.');
    return true;
  }
}
