import { describe, expect, test } from 'vitest';
import { adviceOn, obstaclesTo } from '../../../../lib/core/policy/configuration/advice.ts';
import {
  defineBridge,
  defineStages,
  stageOf,
} from '../../../../lib/core/policy/configuration/bridge-config.ts';

type Input = Parameters<typeof defineBridge>[0];

const STORE = { id: 'demo', kind: 'woocommerce', currency: 'EUR' } as const;
const SHOP = { ...STORE, url: 'https://www.tea.test' } as const;
const MAUTIC = { url: 'https://mautic.tea.test' };
const GOOD: Input = { stores: [SHOP], mautic: MAUTIC };

function linesOf(define: () => unknown): readonly string[] {
  try {
    define();
  } catch (error) {
    return String(error)
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
  return [];
}

/** What a user types need not be what the types say. */
const problemsOf = (input: unknown) => linesOf(() => defineBridge(input as Input));

describe('an address', () => {
  test.each([
    ['shop', 'must be a URL like https://www.yourshop.com'],
    ['ftp://shop.test', 'must begin with https://'],
    ['javascript:alert(1)', 'must begin with https://'],
    [
      'http://shop.test',
      'must begin with https://: over http keys and personal data could be read on their way (on this machine http is taken)',
    ],
    ['https://admin:pass@shop.test', 'must hold no user name or password: they belong into Secrets Manager'],
  ])('%s is refused, of a store as of Mautic', (url, message) => {
    expect(problemsOf({ stores: [{ ...STORE, url }], mautic: { url } })).toEqual([
      `stores.0.url: ${message}`,
      `mautic.url: ${message}`,
    ]);
  });

  test.each([
    'http://127.0.0.1:8070',
    'http://localhost:8080/shop',
    'http://[::1]:8080',
    'https://tea.test/de',
  ])('%s is taken', (url) => {
    expect(problemsOf({ stores: [{ ...STORE, url }], mautic: { url } })).toEqual([]);
  });

  test.each(['https://mautic.tea.test/api', 'https://mautic.tea.test/crm/api/'])(
    'of Mautic may not be that of its API: %s',
    (url) => {
      expect(problemsOf({ ...GOOD, mautic: { url } })).toEqual([
        "mautic.url: must be Mautic's own address: leave the /api at its end out",
      ]);
    },
  );
});

describe('the address of a shop', () => {
  test.each([
    'https://tea.test/wp-json',
    'https://tea.test/de/wp-json/wc/v3/orders',
    'https://tea.test/wp-admin/admin.php?page=wc-settings',
  ])('may not be that of its API or of a page of its back office: %s', (url) => {
    expect(problemsOf({ ...GOOD, stores: [{ ...STORE, url }] })).toEqual([
      "stores.0.url: must be the shop's own address: leave /wp-json or /wp-admin and what follows it out",
    ]);
  });
});

describe('two stores', () => {
  test.each(['https://www.tea.test', 'https://tea.test/', 'https://TEA.test'])(
    'may not be one shop: %s',
    (url) => {
      expect(problemsOf({ ...GOOD, stores: [SHOP, { ...STORE, id: 'other', url }] })).toEqual([
        'stores: must have URLs that differ: two entries would take each order twice',
      ]);
    },
  );

  test('may live on one host under two paths, or have no URL', () => {
    const stores = [
      { ...SHOP, url: 'https://tea.test/de' },
      { ...SHOP, id: 'fr', url: 'https://tea.test/fr' },
      { ...STORE, id: 'a' },
      { ...STORE, id: 'b' },
    ];

    expect(problemsOf({ ...GOOD, stores })).toEqual([]);
  });
});

describe('a key that nobody knows', () => {
  test.each([
    [{ ...GOOD, polcy: {} }, 'polcy: is no key that is known here; did you mean policy?'],
    [
      { ...GOOD, policy: { countedStatus: [] } },
      'policy.countedStatus: is no key that is known here; did you mean countedStatuses?',
    ],
    [
      { ...GOOD, policy: { segments: [{ segment: 1, minOrder: 2 }] } },
      'policy.segments.0.minOrder: is no key that is known here; did you mean minOrders?',
    ],
    [
      { ...GOOD, policy: { emails: { completed: { templat: 1 } } } },
      'policy.emails.completed.templat: is no key that is known here; did you mean template?',
    ],
    [
      { ...GOOD, alarms: { colour: 'red' } },
      'alarms.colour: is no key that is known here; known here: email',
    ],
  ])('is answered with the one that was meant: %j', (input, problem) => {
    expect(problemsOf(input)).toContain(problem);
  });

  test.each(['consumerKey', 'webhookSecret', 'password', 'clientSecret', 'accessToken'])(
    'and is a secret (%s) belongs elsewhere, and its value is not repeated',
    (key) => {
      const problems = problemsOf({ ...GOOD, mautic: { ...MAUTIC, [key]: 'abc123' } });

      expect(problems).toEqual([
        `mautic.${key}: is a secret: it belongs into Secrets Manager and not into this file`,
      ]);
    },
  );
});

test.each([
  [{ ...GOOD, policy: { company: 'yes' } }, 'policy.company: must be true or false'],
  [{ ...GOOD, policy: { tags: 'vip' } }, 'policy.tags: must be a list in [ ]'],
  [{ ...GOOD, policy: 'none' }, 'policy: must be an object in { }'],
  [{ ...GOOD, policy: { maxOrders: '5' } }, 'policy.maxOrders: must be a number'],
  [{ ...GOOD, stores: [{ ...STORE, id: 5 }] }, 'stores.0.id: must be a text in quotes'],
  [{ stores: [STORE] }, 'mautic: is missing'],
  [undefined, 'config: is missing: must be an object in { }'],
])('a value of the wrong kind is named in words, never the validator’s: %j', (input, problem) => {
  const problems = problemsOf(input);

  expect(problems).toContain(problem);
  expect(problems.join()).not.toMatch(/Invalid|Expected|received/);
});

test.each(['email', 'firstname', 'points', 'company', 'last_active'])(
  'a total may not go into %s, which is one of Mautic’s own fields',
  (totalSpent) => {
    expect(problemsOf({ ...GOOD, policy: { aliases: { totalSpent } } }).join()).toMatch(
      /^policy\.aliases\.totalSpent: is one of Mautic's own fields/,
    );
  },
);

describe('stages', () => {
  const STAGING: Input = {
    stores: [{ ...STORE, url: 'https://staging.tea.test' }],
    mautic: { url: 'https://mautic-staging.tea.test' },
  };

  test('have configurations of their own', () => {
    const stages = defineStages({ production: GOOD, staging: STAGING });

    expect(stageOf(stages).mautic.url).toBe(MAUTIC.url);
    expect(stageOf(stages, 'staging').mautic.url).toBe(STAGING.mautic.url);
  });

  test('are told of problems by name, all at once', () => {
    const broken = { ...STAGING, mautic: { url: 'x' } };

    expect(
      linesOf(() => defineStages({ production: { ...GOOD, stores: [] }, Staging: STAGING, test: broken })),
    ).toEqual([
      'production.stores: must hold at least one store',
      'Staging: must be called by lower-case letters, digits and hyphens',
      'test.mautic.url: must be a URL like https://www.yourshop.com',
    ]);
  });

  test.each([
    ['the Mautic', { ...STAGING, mautic: { url: 'https://MAUTIC.tea.test/' } }],
    ['the store demo', { ...STAGING, stores: [{ ...STORE, url: 'https://tea.test' }] }],
    ['the Mautic and the store demo', GOOD],
  ])('may not have %s in common', (what, staging) => {
    expect(linesOf(() => defineStages({ production: GOOD, staging }))).toEqual([
      `staging: has ${what} in common with stage production: both would write, and send every note and e-mail twice. Give it its own, or say sharesWith: ['production'] if that is meant`,
    ]);
  });

  test('may have them in common where a word says so', () => {
    expect(
      linesOf(() => defineStages({ production: GOOD, staging: { ...GOOD, sharesWith: ['production'] } })),
    ).toEqual([]);
  });

  test('that do not exist are answered with those that do', () => {
    const stages = defineStages({ production: GOOD, staging: STAGING });

    expect(() => stageOf(stages, 'stagin')).toThrow(/has no stage stagin; did you mean staging\?/);
    expect(() => stageOf(defineBridge(GOOD), 'test')).toThrow(
      /has no stage test; it has production\. A stage has/,
    );
    expect(() => stageOf(stages, 'constructor')).toThrow(/has no stage constructor/);
  });
});

describe('what is allowed and probably not meant', () => {
  const advice = (policy: Input['policy']) => adviceOn(stageOf(defineBridge({ ...GOOD, policy })));

  test('is a status that no order of WooCommerce ever has; the nearest is named', () => {
    expect(advice({ countedStatuses: ['complete', 'shipped'], notes: ['wc-on-hold'] })).toEqual([
      'policy.countedStatuses: no order of WooCommerce itself ever has the status complete; if a plugin of your shop adds it, all is well. Did you mean completed?',
      'policy.countedStatuses: no order of WooCommerce itself ever has the status shipped; if a plugin of your shop adds it, all is well.',
    ]);
  });

  test('is looked for in e-mails and segments, too', () => {
    const emails = { paid: { template: 1, transactional: true } };
    const followUps = [{ id: 'a', on: { status: 'compleeted' }, send: { template: 1 } }];

    expect(advice({ followUps })[0]).toMatch(/^policy\.followUps, a: .*Did you mean completed/);
    expect(advice({ emails, segments: [{ segment: 1, statuses: ['refund'] }] })).toMatchObject([
      expect.stringMatching(/^policy\.emails: .*status paid/),
      expect.stringMatching(/^policy\.segments\.0\.statuses: .*Did you mean refunded/),
    ]);
  });

  test('is nothing in the defaults', () => {
    expect(advice({})).toEqual([]);
  });
});

describe('what stands in the way of a deployment', () => {
  const obstacles = (input: Partial<Input>) =>
    obstaclesTo('production', stageOf(defineBridge({ ...GOOD, region: 'eu-central-1', ...input })));

  test('is nothing where region and addresses are there', () => {
    expect(obstacles({})).toEqual([]);
  });

  test('is a missing region', () => {
    expect(obstaclesTo('production', stageOf(defineBridge(GOOD)))).toEqual([
      "bridge.config.ts names no region for stage production: say where personal data is kept, like region: 'eu-central-1'",
    ]);
  });

  test.each([
    'https://mautic.example.com',
    'https://example.org/crm',
    'https://your-mautic.test',
    'https://x.invalid',
  ])('is a placeholder in the place of Mautic’s address: %s', (url) => {
    expect(obstacles({ mautic: { url } })).toEqual([
      'mautic.url of stage production in bridge.config.ts is still a placeholder: put in the address of your Mautic',
    ]);
  });

  test('is a placeholder in the place of a store’s', () => {
    expect(obstacles({ stores: [{ ...STORE, url: 'https://shop.example.com' }] })).toEqual([
      'the url of store demo of stage production in bridge.config.ts is still a placeholder: put in the address of your shop, or leave it out',
    ]);
  });

  test('is a certificate of another region than the one the address is in', () => {
    const inRegion = (region: string) =>
      obstacles({
        aws: {
          domain: {
            name: 'hooks.yourshop.com',
            certificateArn: `arn:aws:acm:${region}:123456789012:certificate/0a1b`,
          },
        },
      });

    expect(inRegion('eu-central-1')).toEqual([]);
    expect(inRegion('us-east-1')).toEqual([expect.stringContaining('an API in eu-central-1 needs one')]);
  });

  test.each(['eu-central', 'Frankfurt', 'eu-central-1a'])(
    'is no region that AWS has a name like: %s',
    (region) => {
      expect(problemsOf({ ...GOOD, region }).join()).toMatch(/^region: must be the name of a region/);
    },
  );
});

describe('a follow-up', () => {
  const rule = { id: 'thanks', on: 'coupon', send: { template: 7 } } as const;
  const followUps = (change: object) => ({ ...GOOD, policy: { followUps: [{ ...rule, ...change }] } });

  test('at a time of the day needs the time zone of every store it is meant for', () => {
    const at = { at: '09:00' };
    const here = { ...SHOP, timezone: 'Europe/Berlin' };
    const there = { ...STORE, id: 'other', url: 'https://www.cups.test' };

    expect(problemsOf({ ...followUps(at), stores: [here, there] })).toEqual([
      "policy.followUps.0.at: must have the time zone of the store other: say timezone: 'Europe/Berlin' or the like there",
    ]);
    expect(problemsOf({ ...followUps({ ...at, store: 'demo' }), stores: [here, there] })).toEqual([]);
  });

  test('of one store names a store that there is', () => {
    expect(problemsOf(followUps({ store: 'demmo' }))).toEqual([
      'policy.followUps.0.store: must be the id of a store that is named above',
    ]);
  });
});

describe('a ledger that was restored', () => {
  const restored = (since?: string) =>
    problemsOf({
      ...GOOD,
      region: 'eu-central-1',
      ...(since !== undefined && { policy: { since } }),
      aws: { ledgerTable: { name: 'restored', restoredAt: '2026-11-27T05:00:00Z' } },
    });

  test('has forgotten what it mailed, so nothing is mailed for orders from before', () => {
    const sentence = expect.stringMatching(
      /^policy\.since: must be the moment of aws\.ledgerTable\.restoredAt/,
    );

    expect(restored()).toEqual([sentence]);
    expect(restored('2026-11-27T04:59:59Z')).toEqual([sentence]);
    expect(restored('2026-11-27T05:00:00Z')).toEqual([]);
  });

  test('that was only taken over has forgotten nothing', () => {
    expect(problemsOf({ ...GOOD, region: 'eu-central-1', aws: { ledgerTable: { name: 'old' } } })).toEqual(
      [],
    );
  });
});
