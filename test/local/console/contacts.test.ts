import type { SQSEvent } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Written } from '../../../lib/core/contact/contact.ts';
import { tellContacts } from '../../../lib/local/console/contacts.ts';
import { lineAbout } from '../../../lib/local/console/line.ts';
import { createContext } from '../../../lib/local/gateway/lambda-context.ts';
import { createMemoryLedger, type MemoryLedger } from '../../../lib/local/memory/ledger.ts';
import { keyOf, NOON } from '../../support/workshop.ts';

const ANNA = 'anna@example.test';
const BEN = 'ben@example.test';
const KEY = keyOf(ANNA);
const SHORT = `${KEY.slice(0, 6)}…`;

let ledger: MemoryLedger;
let lines: string[];
let told: (work: () => Promise<unknown>, ...emails: readonly string[]) => Promise<unknown>;

beforeEach(async () => {
  ledger = createMemoryLedger({ now: () => NOON });
  lines = [];
  let work: () => Promise<unknown> = async () => undefined;
  const handler = tellContacts(() => work(), {
    contacts: ledger,
    say: (told) => void lines.push(lineAbout(told)),
  });
  told = async (does, ...emails) => {
    work = does;
    return handler(ringsFor(...emails), createContext('sync', 180_000));
  };
  await ledger.want(KEY, ANNA, NOON);
});

function ringsFor(...emails: readonly string[]): SQSEvent {
  const bodies = emails.map((email) => JSON.stringify({ contact: keyOf(email), wanted: 1, attempts: 0 }));
  return { Records: bodies.map((body, index) => ({ messageId: String(index), body })) } as SQSEvent;
}

function written(fields: readonly string[], tags: readonly string[], seenAt = NOON): Written {
  const values = fields.map((text) => text.split('=', 2) as [string, string]);
  return { fields: Object.fromEntries(values), tags, refused: {}, seenAt };
}

/** As `sync` writes down what it wrote. */
async function wrote(what: Written): Promise<void> {
  await ledger.saveWritten(KEY, what);
  await ledger.settle(KEY, (await ledger.profile(KEY))?.wanted ?? 0, { mauticId: 7 });
}

describe('a contact that was written', () => {
  it('is told by a short key, with what was created, and never by its address', async () => {
    await told(() => wrote(written(['city=Paris', 'phone=1'], ['vip'])), ANNA);

    expect(lines).toEqual([`contact           ${SHORT}                 created: 2 fields, 1 tag`]);
    expect(lines.join()).not.toContain('anna');
  });

  it('is told with what changed', async () => {
    await told(() => wrote(written(['city=Paris', 'phone=1'], ['old', 'kept'])), ANNA);
    lines.length = 0;

    await told(async () => {
      await ledger.want(KEY, ANNA, NOON);
      await wrote({ ...written(['city=Lyon', 'phone=1'], ['kept', 'new'], NOON + 1), segments: [3] });
    }, ANNA);

    expect(lines).toEqual([
      expect.stringMatching(/ changed: 1 field, 1 tag added, 1 tag taken away, 1 segment entered$/),
    ]);
  });

  it('again in full, to the same values, is told so', async () => {
    await told(() => wrote(written(['city=Paris'], [])), ANNA);
    lines.length = 0;

    await told(() => wrote(written(['city=Paris'], [], NOON + 1)), ANNA);

    expect(lines).toEqual([expect.stringMatching(/ written again: nothing changed$/)]);
  });

  it('is a line however often its ring comes, and none where it was in step', async () => {
    await told(() => wrote(written(['city=Paris'], [])), ANNA, ANNA);
    await told(async () => undefined, ANNA);

    expect(lines).toHaveLength(1);
  });
});

describe('a contact that was not written', () => {
  it('is told with why it waits and until when, each time', async () => {
    const waiting = { code: 'unreachable', message: 'Nobody answers.' };
    for (const due of [NOON + 1000, NOON + 2000])
      await told(() => ledger.defer(KEY, due, { doubt: false, waiting }), ANNA);

    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/ waits until \d\d:\d\d:\d\d \(unreachable\): Nobody answers\.$/);
  });

  it('is told with why it is parked, once', async () => {
    await told(() => ledger.park(KEY, 1, { code: 'crashes', message: 'Look at the log.', at: NOON }), ANNA);
    await told(async () => undefined, ANNA);

    expect(lines).toEqual([expect.stringMatching(/ parked \(crashes\): Look at the log\.$/)]);
  });

  it('because it was deleted in Mautic is told so', async () => {
    await told(() => ledger.settle(KEY, 1, { removedAt: NOON }), ANNA);

    expect(lines).toEqual([expect.stringMatching(/ was deleted in Mautic/)]);
  });
});

describe('a contact that is forgotten', () => {
  it('is told so, not as tags that were taken away', async () => {
    await told(() => wrote(written(['city=Paris'], ['vip'])), ANNA);
    lines.length = 0;
    await ledger.erase(KEY, NOON);
    await told(async () => {
      await ledger.saveWritten(KEY, { fields: {}, tags: [], refused: {} });
      await ledger.forget(KEY, NOON);
    }, ANNA);

    expect(lines).toEqual([expect.stringMatching(/ forgotten: deleted in Mautic, and here without a name$/)]);
  });

  it('and is looked for once more is told that it is not over', async () => {
    await told(() => wrote(written(['city=Paris'], ['vip'])), ANNA);
    lines.length = 0;
    await ledger.erase(KEY, NOON);
    await told(() => ledger.saveWritten(KEY, { fields: {}, tags: [], refused: {} }), ANNA);

    expect(lines).toEqual([
      expect.stringMatching(/ being forgotten: deleted in Mautic, and looked for once more$/),
    ]);
  });
});

describe('what the function does', () => {
  it('is handed on as it is', async () => {
    const answer = { batchItemFailures: [{ itemIdentifier: '0' }] };

    expect(await told(async () => answer, ANNA, BEN)).toBe(answer);
    await expect(told(() => Promise.reject(new Error('broken')), ANNA)).rejects.toThrow('broken');
  });

  it('does not depend on whether it can be told', async () => {
    const contacts = { ...ledger, profile: () => Promise.reject(new Error('no ledger')) };
    const handler = tellContacts(() => 'done', { contacts, say: () => undefined });

    expect(await handler(ringsFor(ANNA), createContext('sync', 180_000))).toBe('done');
  });
});
