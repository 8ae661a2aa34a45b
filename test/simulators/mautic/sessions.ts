import { NOT_REPRODUCED } from './not-reproduced.ts';
import { burnItem, makeRecordedObjects } from './recorded-objects.ts';
import type { RecordingSet, Session, Stage } from './replay.ts';

const LIMITED = {
  username: 'limited',
  password: 'Lim1ted!Pw9x',
  firstName: 'L',
  lastName: 'U',
  email: 'l@example.com',
  isLimited: true,
};
const ADMIN = { username: 'admin', password: 'Maut1cR00t!x', email: 'admin@example.com' };
const CLIENT = {
  id: '1_5gls46bjdn0os8so0c4ksk8w08ww8wgg8804w8c40ocwgssc8s',
  secret: 'xgx84asxov4g84wooggwss8kcgscw8wo04gss0kgos8c8kkks',
  name: 'woo-connector',
};
const OTHER_CLIENT = {
  id: '2_pky4ydfohfk4ww4os8ogwgg8swo80sc8ksock08w8ssco48s0',
  secret: '3m8wr8hx6neogo0o0w080c4k40gcogcogks4s88o8kg0koock4',
  name: 'other',
};
const REDIRECT = 'http://127.0.0.1:8099/callback';
const RECORDED_CODE =
  'ZTM0NmE1MDQzNWUwZTJmMTVjMzQxYmE5ZmExZWEyODJjMWU1NTVjODRiOWEwN2YxYzA4YjdjMGM3M2NkYmE1Ng';

/** How the access tokens of recordings 025 and 028 begin; the requests that carry them have their headers hidden. */
const CODE_TOKEN = 'YzcxYmIy';
const REFRESHED_TOKEN = 'NDBlOGVk';

/** The installations the recordings were made on, each empty at its start. */
const SESSIONS: readonly Session[] = [
  {
    title: 'authentication, contacts, batches, fields, tags, notes, segments, e-mails',
    from: 1,
    to: 492,
    before: {
      3: ({ authorizations, basic }) => {
        authorizations.set(3, basic('admin', 'wrong'));
        authorizations.set(4, basic('nobody', 'x'));
        authorizations.set(5, basic('admin', 'wrong'));
        authorizations.set(6, 'Bearer garbage');
        authorizations.set(10, basic(CLIENT.id, CLIENT.secret));
      },
      24: ({ simulator, secrets }) => {
        secrets.set(
          RECORDED_CODE,
          simulator.issueCode({ client: CLIENT.id, user: 'admin', redirectUri: REDIRECT }),
        );
      },
      27: useToken(27, CODE_TOKEN),
      30: useToken(30, CODE_TOKEN),
      31: useToken(31, REFRESHED_TOKEN),
      34: ({ simulator }) => simulator.faults.expireTokens(),
      37: ({ simulator }) => simulator.faults.expireTokens('refresh'),
      38: ({ renew }) => renew(),
      168: async ({ send }) => {
        await send(
          'POST',
          '/api/contacts/batch/new',
          Array.from({ length: 200 }, (_, index) => ({ email: `bulk${index}@example.com` })),
        );
      },
      218: async ({ send }) => {
        await send('POST', '/api/contacts/new', {
          email: 'val9@example.com',
          my_textarea: 'x'.repeat(70_000),
        });
      },
      384: async ({ send }) => {
        await send('POST', '/api/notes/new', { lead: 330, text: 'x'.repeat(70_000), type: 'general' });
      },
    },
  },
  {
    title: 'duplicates made by a race',
    from: 493,
    to: 507,
    before: {
      495: async ({ simulator, send }) => {
        simulator.faults.raceNext(2);
        await Promise.all(
          ['w1', 'w0'].map((firstname) =>
            send('POST', '/api/contacts/new', { email: 'race2-1@example.com', firstname }),
          ),
        );
      },
      502: ({ skipContactsTo }) => skipContactsTo(208),
    },
  },
  {
    title: 'custom objects',
    from: 508,
    to: 559,
    options: { customObjects: [] },
    before: {
      508: async (stage) => {
        makeRecordedObjects(stage, 'req');
        await burnItem(stage, { email: 'co1@example.com', firstname: 'Co' });
      },
    },
  },
  {
    title: 'rate limit, switched-off API, failing mail transport',
    from: 560,
    to: 570,
    before: {
      560: ({ simulator }) => {
        simulator.faults.rateLimitPerHour = 5;
      },
      562: async ({ send }) => {
        for (let call = 0; call < 3; call += 1) await send('GET', '/api/contacts?limit=1');
      },
      563: ({ simulator }) => {
        simulator.faults.rateLimitPerHour = undefined;
        simulator.faults.apiEnabled = false;
      },
      566: ({ simulator }) => {
        simulator.faults.apiEnabled = true;
        simulator.faults.basicEnabled = false;
      },
      569: ({ skipContactsTo }) => skipContactsTo(1977),
      570: ({ simulator }) => {
        simulator.faults.mailFailure =
          'Connection could not be established with host "127.0.0.1:8098": stream_socket_client(): Unable to connect to 127.0.0.1:8098 (Connection refused)';
      },
    },
  },
  {
    title: 'a user who may look at contacts only, unique fields',
    from: 571,
    to: 588,
    options: { users: [ADMIN, LIMITED] },
    before: {
      573: ({ authorizations, basic }) => {
        for (let number = 573; number <= 583; number += 1)
          authorizations.set(number, basic(LIMITED.username, LIMITED.password));
      },
    },
  },
  {
    title: 'duplicate rows and their end',
    from: 589,
    to: 590,
    before: {
      589: async ({ simulator, send }) => {
        await send('POST', '/api/contacts/new', { email: 'first@example.com' });
        await send('POST', '/api/contacts/new', { email: 'dd0@example.com', firstname: 'w1' });
        simulator.faults.raceNext(2);
        await Promise.all([1, 2].map(() => send('POST', '/api/contacts/new', { email: 'dupe@example.com' })));
      },
    },
  },
  { title: 'an e-mail as it is rendered, field edits', from: 591, to: 606 },
  { title: 'a race for a tag', from: 607, to: 607 },
  { title: 'activity and do-not-contact', from: 608, to: 615 },
  {
    title: 'custom objects again',
    from: 616,
    to: 628,
    options: { customObjects: [] },
    before: {
      616: async (stage) => {
        makeRecordedObjects(stage, 'req');
        await stage.skipContactsTo(2);
      },
    },
  },
  {
    title: 'overwriting with blanks in a single call',
    from: 629,
    to: 630,
    before: { 629: ({ skipContactsTo }) => skipContactsTo(10) },
  },
  {
    title: 'overwriting with blanks in batches',
    from: 701,
    to: 709,
    before: {
      701: async ({ send, skipContactsTo }) => {
        const scaled = { scale: 2, roundmode: 4 };
        await send('POST', '/api/fields/contact/batch/new', [
          { label: 'Total Spent', alias: 'mautic_woo_total_spent', type: 'number', properties: scaled },
          { label: 'Order Count', alias: 'mautic_woo_order_count', type: 'number' },
          { label: 'Last Order Data', alias: 'mautic_woo_order_data', type: 'textarea' },
          { label: 'Last order id', alias: 'woo_last_order_id', type: 'number' },
          { label: 'Last order status', alias: 'woo_last_order_status', type: 'text' },
        ]);
        await skipContactsTo(68);
      },
    },
  },
];

function useToken(number: number, beginning: string): (stage: Stage) => void {
  return ({ authorizations, secrets }) => {
    const [, token] = [...secrets].find(([recorded]) => recorded.startsWith(beginning)) ?? [];
    authorizations.set(number, `Bearer ${token}`);
  };
}

/** The recordings of 5.2.0. */
export const RECORDED_ON_5_2_0: RecordingSet = {
  title: '5.2.0',
  version: '5',
  folder: 'mautic',
  clients: [CLIENT, OTHER_CLIENT],
  admin: ADMIN,
  shift: {
    contact: 137,
    field: 9,
    tag: 70,
    object: 4,
    item: 23,
    names: [
      ['my_', 'qx_'],
      ['"My ', '"Qx '],
    ],
  },
  sessions: SESSIONS,
  notReproduced: NOT_REPRODUCED,
};
