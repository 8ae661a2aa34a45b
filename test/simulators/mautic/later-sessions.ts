import { NOT_REPRODUCED_5_2_1, NOT_REPRODUCED_7_0_0 } from './not-reproduced.ts';
import { makeRecordedObjects } from './recorded-objects.ts';
import type { RecordingSet, Session, Stage } from './replay.ts';

const CLIENT = { id: '1_labclient0randomid', secret: 'labsecret0mautic', name: 'woo-connector' };
const ADMIN = {
  username: 'admin',
  password: 'LabMautic!9x',
  firstName: 'Lab',
  lastName: 'Admin',
  email: 'admin@lab.example.com',
  isNew: true,
};
const SHIFT = {
  contact: 211,
  field: 6,
  tag: 43,
  object: 5,
  item: 31,
  names: [
    ['woo_', 'qxo_'],
    ['Woo_', 'Qxo_'],
  ],
} as const;

const ORDER_EMAIL = {
  fromAddress: 'lab@lab.example.com',
  fromName: 'Lab',
  template: 'blank',
  customHtml:
    '<html><body><p>Hello {contactfield=firstname}, order {ordernumber} total {total}</p></body></html>',
};

/** What the recordings find there: two e-mails and three segments, no contact. */
function prepared(emails: readonly object[]): Session['before'] {
  return {
    'oauth-client-credentials': async ({ send }) => {
      for (const email of emails) await send('POST', '/api/emails/new', email);
      for (const name of ['WooCommerce customers', 'Newsletter', 'Abandoned carts'])
        await send('POST', '/api/segments/new', { name });
    },
  };
}

const AUTHORISATION: Session['before'] = {
  'bearer-unknown': ({ authorizations, basic }) => {
    authorizations.set('bearer-unknown', 'Bearer garbage');
    authorizations.set('basic-wrong-password', basic(ADMIN.username, 'wrong'));
    authorizations.set('basic-unknown-user', basic('nobody', ADMIN.password));
    authorizations.set('basic-wrong-password-batch-new', basic(ADMIN.username, 'wrong'));
  },
  'bearer-expired': ({ simulator }) => simulator.faults.expireTokens(),
  'bearer-ok': ({ renew }) => renew(),
};

const PEOPLE: Session['before'] = {
  'contact-get-merge-winner': mergeOlgaIntoNora,
  'tags-list-two-rows': ({ simulator }) => simulator.people.doubleTag('qdouble'),
};

const SWITCHES: Session['before'] = {
  'api-off-get': ({ simulator }) => {
    simulator.faults.rateLimitPerHour = undefined;
    simulator.faults.apiEnabled = false;
  },
  'basic-off-users-self': ({ simulator }) => {
    simulator.faults.apiEnabled = true;
    simulator.faults.basicEnabled = false;
  },
  'api-on-again-users-self': ({ simulator }) => {
    simulator.faults.basicEnabled = true;
  },
};

const WARNINGS: Session['before'] = {
  'php-warning-get': warn,
  'php-warning-batch-new': warn,
  'php-warning-bearer-unknown': (stage) => {
    stage.authorizations.set('php-warning-bearer-unknown', 'Bearer garbage');
    warn(stage);
  },
};

function warn({ simulator }: Stage): void {
  simulator.faults.failNext('php-warning');
}

function mergeOlgaIntoNora({ simulator }: Stage): void {
  const [nora, olga] = simulator
    .contacts()
    .filter(({ tags }) => tags.includes('qnora') || tags.includes('qolga'));
  if (nora === undefined || olga === undefined) throw new Error('the two contacts to merge are not there');
  simulator.people.merge({ winner: nora.id, loser: olga.id });
}

/** An hourly limit of five, and who calls while it is used up; titles differ by version. */
function limited(prefix: string): Session['before'] {
  return {
    [prefix === 'rate-limited' ? 'rate-limit-allowed-1' : `${prefix}-1`]: ({ simulator }: Stage) => {
      simulator.faults.rateLimitPerHour = 5;
    },
    [`${prefix}-new-token`]: async ({ authorizations, renew, current }: Stage) => {
      const old = current();
      await renew();
      authorizations.set(`${prefix}-bearer-unknown`, 'Bearer garbage');
      authorizations.set(`${prefix}-old-token`, old);
    },
  };
}

const COMMON = {
  // The place of a field after others were deleted, which the shifted world has done before it begins.
  uncompared: ['order'],
  clients: [CLIENT],
  admin: ADMIN,
  shift: SHIFT,
} as const;

/** The recordings of 5.2.1. */
export const RECORDED_ON_5_2_1: RecordingSet = {
  ...COMMON,
  title: '5.2.1',
  version: '5.2.1',
  folder: 'mautic-5.2.1',
  sessions: [
    {
      title: 'everything',
      from: 1,
      to: 326,
      options: { customObjects: [] },
      before: {
        ...prepared([
          { ...ORDER_EMAIL, name: 'Order confirmation', subject: 'Your order {ordernumber=Order}' },
          {
            name: 'Abandoned cart',
            subject: 'You left something',
            customHtml: '<html><body><p>Cart {carturl}</p></body></html>',
          },
        ]),
        ...AUTHORISATION,
        ...PEOPLE,
        ...limited('rate-limited'),
        ...SWITCHES,
        ...WARNINGS,
        'co-new-by-alias': (stage) => makeRecordedObjects(stage, 'code'),
      },
    },
  ],
  notReproduced: NOT_REPRODUCED_5_2_1,
};

/** The recordings of 7.0.0. */
export const RECORDED_ON_7_0_0: RecordingSet = {
  ...COMMON,
  title: '7.0.0',
  version: '7.0',
  folder: 'mautic-7.0.0',
  sessions: [
    {
      title: 'everything',
      from: 1,
      to: 297,
      before: {
        ...prepared([
          { ...ORDER_EMAIL, name: 'Order confirmation', subject: 'Your order {ordernumber}' },
          { ...ORDER_EMAIL, name: 'Abandoned cart', subject: 'Your order {ordernumber}' },
        ]),
        ...AUTHORISATION,
        ...PEOPLE,
        ...limited('rate-limit-ignored'),
        ...SWITCHES,
        ...WARNINGS,
      },
    },
  ],
  notReproduced: NOT_REPRODUCED_7_0_0,
};
