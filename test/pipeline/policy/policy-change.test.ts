import { beforeEach, describe, expect, it } from 'vitest';
import type { ContactKey } from '../../../lib/core/ledger/email.ts';
import { policyHash, readPolicyMark } from '../../../lib/core/policy/configuration/policy-mark.ts';
import { DEFAULT_POLICY, type Policy } from '../../../lib/core/policy/policy.ts';
import type { Contacts, Registers, Survey } from '../../../lib/core/ports/ledger.ts';
import { createMemoryLedger, type MemoryLedger } from '../../../lib/local/memory/ledger.ts';
import {
  createPolicyChange,
  createPolicyNote,
  type PolicyChangeParts,
} from '../../../lib/pipeline/policy/policy-change.ts';
import { createSince } from '../../../lib/pipeline/registers/since.ts';
import { contact, emailOf } from '../../contracts/samples.ts';
import { type Line, recordingLog } from '../../support/log.ts';
import { mortal } from '../../support/mortal.ts';

const NOON = Date.parse('2026-12-01T12:00:00Z');
const MINUTE = 60_000;
const STORES = [{ id: 'demo', currency: 'EUR' }];
const HOUR = 60 * MINUTE;
const NAMES = Array.from({ length: 10 }, (_, index) => `n${String(index)}`);
const REGISTER = { of: 'mautic', name: 'POLICY' } as const;
const OTHER: Policy = { ...DEFAULT_POLICY, tags: [] };

let ledger: MemoryLedger;
let now: number;
let lines: Line[];

beforeEach(() => {
  ledger = createMemoryLedger();
  now = NOON;
  lines = [];
});

function rulesOf(text: string | undefined): Record<string, number> {
  return Object.fromEntries(JSON.parse(text ?? '[]') as [string, number][]);
}

function parts(change: Partial<PolicyChangeParts> = {}): PolicyChangeParts {
  return {
    registers: ledger,
    survey: ledger,
    contacts: ledger,
    policy: DEFAULT_POLICY,
    stores: STORES,
    clock: {
      now: () => now,
      sleep: async (ms) => {
        now += ms;
      },
    },
    log: recordingLog((line) => void lines.push(line)),
    ...change,
  };
}

const run = (change: Partial<PolicyChangeParts> = {}, remainingMs = () => 5 * MINUTE) =>
  createPolicyChange(parts(change))(remainingMs);

/** As the schedule does, until there is nothing left to do. */
async function runs(change: Partial<PolicyChangeParts> = {}): Promise<readonly string[]> {
  const standings: string[] = [];
  while (standings.at(-1) !== 'in-step') {
    standings.push(await run(change));
    now += 15 * MINUTE;
    if (standings.length > 20) throw new Error('it never ends');
  }
  return standings;
}

/** Contacts in step with the default policy. */
async function fill(names: readonly string[] = NAMES): Promise<void> {
  for (const name of names) {
    await ledger.want(contact(name), emailOf(name), now);
    await ledger.settle(contact(name), 1, {});
  }
  await runs();
  for (const name of names) {
    const { wanted } = await profile(name);
    await ledger.settle(contact(name), wanted, {});
  }
  lines = [];
}

async function profile(name: string) {
  const found = await ledger.profile(contact(name));
  if (!found) throw new Error(`no profile of ${name}`);
  return found;
}

/** Names of the contacts that are wanted later. */
async function marked(): Promise<readonly string[]> {
  const due = await ledger.due('later', Number.POSITIVE_INFINITY, 1000);
  const keys = new Set(due.map(({ contact: key }) => key));
  return NAMES.filter((name) => keys.has(contact(name)));
}

async function mark() {
  return readPolicyMark((await ledger.read(REGISTER))?.text ?? '');
}

describe('a first deployment', () => {
  it('with an empty ledger notes the policy and is done', async () => {
    expect(await run()).toBe('in-step');

    expect(await mark()).toMatchObject({ policy: policyHash(DEFAULT_POLICY, STORES), done: true });
    expect(lines).toEqual([]);
    expect(await run()).toBe('in-step');
  });

  it('over a ledger that knows contacts marks them: nobody knows under which policy they were written', async () => {
    await ledger.want(contact('n1'), emailOf('n1'), now);
    await ledger.settle(contact('n1'), 1, {});

    expect(await runs()).toEqual(['waiting', 'marked', 'in-step']);

    expect(await marked()).toEqual(['n1']);
  });
});

describe('a policy that is deployed again', () => {
  it('marks nobody', async () => {
    await fill();

    expect(await run({ policy: structuredClone(DEFAULT_POLICY) })).toBe('in-step');

    expect(await marked()).toEqual([]);
  });

  it('is another one when a store or its currency is', async () => {
    await fill();

    expect(await run({ stores: [...STORES].reverse() })).toBe('in-step');
    expect(await run({ stores: [{ id: 'demo', currency: 'CHF' }] })).toBe('waiting');
    expect(await run({ stores: [...STORES, { id: 'b', currency: 'EUR' }] })).toBe('waiting');
  });
});

describe('another policy', () => {
  beforeEach(() => fill());

  it('marks all contacts for later work, page after page, and says so', async () => {
    expect(await runs({ policy: OTHER })).toEqual(['waiting', 'marked', 'in-step']);

    expect(await marked()).toEqual(NAMES);
    expect(await ledger.due('live', Number.POSITIVE_INFINITY, 9)).toEqual([]);
    expect(lines.map(({ message, fields }) => [message, fields?.contacts])).toEqual([
      ['Another policy is deployed; its contacts will be marked', undefined],
      ['Contacts are being marked for another policy', 0],
      ['All contacts are marked for the policy', 10],
    ]);
  });

  it('marks nobody while functions with the old one may still run', async () => {
    expect(await run({ policy: OTHER })).toBe('waiting');
    now += 4 * MINUTE;
    expect(await run({ policy: OTHER })).toBe('waiting');
    expect(await marked()).toEqual([]);

    now += MINUTE;
    expect(await run({ policy: OTHER })).toBe('marked');
  });

  it('marks contacts that are parked, ignored, or that nothing is wanted of', async () => {
    const policy: Policy = { ...OTHER, ignore: [emailOf('n3')] };
    await ledger.want(contact('n4'), emailOf('n4'), now);
    await ledger.park(contact('n4'), (await profile('n4')).wanted, { code: 'x', message: 'x', at: now });

    await runs({ policy });

    expect(await marked()).toEqual(NAMES);
    expect((await profile('n4')).parked).toBeUndefined();
  });

  it('leaves contacts that are behind on the live list, with a new wish', async () => {
    await ledger.want(contact('n5'), emailOf('n5'), now);
    const { wanted } = await profile('n5');

    await runs({ policy: OTHER });

    expect(await profile('n5')).toMatchObject({ work: 'live', wanted: wanted + 1 });
  });

  it('goes on in the next run where time was up', async () => {
    await run({ policy: OTHER });
    now += 15 * MINUTE;
    let pages = 2;

    expect(await run({ policy: OTHER }, () => (pages-- > 0 ? 5 * MINUTE : 20_000))).toBe('unfinished');

    expect(await mark()).toMatchObject({ contacts: 6, done: false });
    expect(await marked()).toHaveLength(6);
    expect(await run({ policy: OTHER })).toBe('marked');
    expect(await mark()).toMatchObject({ contacts: 10, done: true });
    expect(await marked()).toEqual(NAMES);
    expect((await profile('n0')).wanted).toBe((await profile('n9')).wanted);
  });

  it('starts nothing when there is no time at all', async () => {
    await run({ policy: OTHER });
    now += 15 * MINUTE;

    expect(await run({ policy: OTHER }, () => 30_000)).toBe('unfinished');

    expect(await marked()).toEqual([]);
  });

  it('takes its time: five hundred contacts a second at most', async () => {
    const many = Array.from({ length: 300 }, (_, index) => ({
      contact: `key-${String(index)}` as ContactKey,
      profile: { email: '', wanted: 1, synced: 1, attempts: 0, doubt: false },
    }));
    const survey = { profiles: async () => ({ items: many }) };
    await run({ policy: OTHER, survey });
    now += 15 * MINUTE;
    const startedAt = now;

    await run({ policy: OTHER, survey });

    expect(now - startedAt).toBeGreaterThanOrEqual(600);
  });

  it('is marked anew when a third one comes half-way', async () => {
    const third: Policy = { ...OTHER, company: true };
    await run({ policy: OTHER });
    now += 15 * MINUTE;
    let pages = 2;
    await run({ policy: OTHER }, () => (pages-- > 0 ? 5 * MINUTE : 0));

    expect(await runs({ policy: third })).toEqual(['waiting', 'marked', 'in-step']);

    expect(await mark()).toMatchObject({ policy: policyHash(third, STORES), contacts: 10 });
    expect(await marked()).toEqual(NAMES);
  });

  it('is taken back half-way: those it reached must be reached again', async () => {
    await run({ policy: OTHER });
    now += 15 * MINUTE;
    let pages = 2;
    await run({ policy: OTHER }, () => (pages-- > 0 ? 5 * MINUTE : 0));

    expect(await runs()).toEqual(['waiting', 'marked', 'in-step']);
    expect(await mark()).toMatchObject({ policy: policyHash(DEFAULT_POLICY, STORES), contacts: 10 });
  });

  it('is marked by the newer function when an older one still runs beside it', async () => {
    const third: Policy = { ...OTHER, company: true };
    await run({ policy: OTHER });
    now += 15 * MINUTE;
    const older = createPolicyChange(
      parts({
        policy: OTHER,
        survey: {
          profiles: async (after) => {
            await run({ policy: third });
            return ledger.profiles(after);
          },
        },
      }),
    );

    expect(await older(() => 5 * MINUTE)).toBe('overtaken');

    expect(await mark()).toMatchObject({ policy: policyHash(third, STORES), contacts: 0, done: false });
    expect(await runs({ policy: third })).toEqual(['waiting', 'marked', 'in-step']);
  });

  it('is marked once for all by two runs at once', async () => {
    await run({ policy: OTHER });
    now += 15 * MINUTE;

    const standings = await Promise.all([run({ policy: OTHER }), run({ policy: OTHER })]);

    expect(standings).toContain('marked');
    expect(await marked()).toEqual(NAMES);
    expect(await run({ policy: OTHER })).toBe('in-step');
  });

  it('is noted by one of two runs that see it first', async () => {
    expect((await Promise.all([run({ policy: OTHER }), run({ policy: OTHER })])).sort()).toEqual([
      'overtaken',
      'waiting',
    ]);
  });

  it('starts anew over a register that cannot be read', async () => {
    const known = await ledger.read(REGISTER);
    await ledger.write(REGISTER, '{"future":1}', known?.revision);

    expect(await runs()).toEqual(['waiting', 'marked', 'in-step']);
  });
});

describe('a run that dies', () => {
  const STEPS = Array.from({ length: 40 }, (_, index) => index + 1);

  it.each(STEPS)('at step %i is continued by the next, and nobody is left out', async (steps) => {
    await fill();
    await run({ policy: OTHER });
    now += 15 * MINUTE;
    const fuse = { left: steps };

    await run({
      policy: OTHER,
      registers: mortal<Registers>(ledger, fuse),
      survey: mortal<Survey>(ledger, fuse),
      contacts: mortal<Contacts>(ledger, fuse),
    }).catch(() => undefined);

    expect((await runs({ policy: OTHER })).at(-1)).toBe('in-step');
    expect(await marked()).toEqual(NAMES);
  });
});

describe('a rule that was added', () => {
  it('begins when reconcile first runs with it, though no contact is looked at for long', async () => {
    await run();
    now += HOUR;
    const policy: Policy = { ...DEFAULT_POLICY, notes: ['completed'] };

    await run({ policy });
    const noted = now;
    now += 10 * HOUR;
    const since = createSince({
      stores: STORES,
      policy,
      things: ledger,
      registers: ledger,
      clock: parts().clock,
    });

    expect((await since()).rules.get('note:completed')).toBe(noted - 2 * MINUTE);
  });

  it('begins anew, minutes later, when an instance of the version before has struck it out meanwhile', async () => {
    const policy: Policy = { ...DEFAULT_POLICY, notes: ['completed'] };
    await run();
    await run({ policy });
    await createSince({
      stores: STORES,
      policy: DEFAULT_POLICY,
      things: ledger,
      registers: ledger,
      clock: parts().clock,
    })();
    now += 15 * MINUTE;

    await run({ policy });

    const text = (await ledger.read({ of: 'mautic', name: 'RULES' }))?.text;
    expect(rulesOf(text)).toEqual({ 'note:completed': now - 2 * MINUTE });
  });
});

describe('a policy that is taken back before reconcile runs', () => {
  const note = (policy: Policy) => createPolicyNote(parts({ policy }))();

  it('was noted by whoever wrote contacts with it, so all of them are looked at again', async () => {
    await fill();

    await note(OTHER);
    expect(await run()).toBe('waiting');
    now += 6 * MINUTE;

    expect(await run()).toBe('marked');
    expect(await marked()).toEqual(NAMES);
  });

  it('is noted once a process, and costs a read where nothing is new', async () => {
    await run();
    const calls: string[] = [];
    const registers: Registers = {
      read: (register) => {
        calls.push('read');
        return ledger.read(register);
      },
      write: (...args) => {
        calls.push('write');
        return ledger.write(...args);
      },
    };
    const notePolicy = createPolicyNote(parts({ registers }));

    await notePolicy();
    await notePolicy();

    expect(calls).toEqual(['read']);
  });

  it('is noted at the next call when the ledger was away', async () => {
    await run();
    let away = true;
    const registers: Registers = {
      read: async (register) => {
        if (away) throw new Error('away');
        return ledger.read(register);
      },
      write: (...args) => ledger.write(...args),
    };
    const notePolicy = createPolicyNote(parts({ registers, policy: OTHER }));
    await expect(notePolicy()).rejects.toThrow('away');
    away = false;

    await notePolicy();

    expect(await run()).toBe('waiting');
  });
});
