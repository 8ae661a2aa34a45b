import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createHttp } from '../../../lib/http.ts';
import { tellCalls } from '../../../lib/local/site/calls.ts';
import { type CallMade, createFeed } from '../../../lib/local/site/feed.ts';
import { type MauticSimulator, startMauticSimulator } from '../../../lib/simulators/mautic/simulator.ts';

const AUTHORIZATION = { authorization: `Basic ${btoa('admin:mautic')}` };

let mautic: MauticSimulator;
let calls: CallMade[];
let write: (method: 'POST' | 'PATCH', path: string, body: unknown) => Promise<unknown>;
let read: (path: string) => Promise<unknown>;

beforeEach(async () => {
  mautic = await startMauticSimulator();
  const feed = createFeed('run', () => 0);
  calls = [];
  feed.listen((one) => void (one.type === 'call' && calls.push(one.call)));
  const stop = tellCalls(feed, `${mautic.url}/`);
  const http = createHttp({ baseUrl: mautic.url, timeoutMs: 240_000, maxBytes: 1e6, clock: Date });
  write = (method, path, body) => http.request({ method, path, body, headers: AUTHORIZATION });
  read = (path) => http.request({ method: 'GET', path, headers: AUTHORIZATION });
  onTestFinished(async () => {
    stop();
    http.close();
    await mautic.close();
  });
});

describe('a call of Mautic', () => {
  it('is told by method, path without its query, status and time', async () => {
    await read('/api/contacts?search=ada@example.test');

    expect(calls).toEqual([
      {
        to: 'Mautic',
        method: 'GET',
        path: '/api/contacts',
        answer: '200',
        isWell: true,
        tookMs: expect.any(Number) as number,
        changes: [],
      },
    ]);
  });

  it('that fails is told with its status, or why none came', async () => {
    mautic.faults.failNext('html-503');
    await read('/api/contacts');
    mautic.faults.failNext('reset-before');
    await read('/api/contacts');

    expect(calls).toMatchObject([
      { answer: '503', isWell: false },
      { answer: 'connection-lost', isWell: false },
    ]);
  });

  it('of another system is told as the store’s', async () => {
    const other = await startMauticSimulator();
    const http = createHttp({ baseUrl: other.url, timeoutMs: 240_000, maxBytes: 1e6, clock: Date });
    await http.request({ method: 'GET', path: '/api/contacts' });
    http.close();
    await other.close();

    expect(calls).toMatchObject([{ to: 'the store', answer: '401', isWell: false }]);
  });
});

describe('what a write changed', () => {
  it('of a new contact is everything, against nothing', async () => {
    await write('POST', '/api/contacts/batch/new', [
      { email: 'ada@example.test', city: 'Paris', tags: ['vip'] },
    ]);

    expect(calls[0]?.changes).toEqual([
      {
        mauticId: 1,
        email: 'ada@example.test',
        fields: [{ alias: 'city', before: null, after: 'Paris' }],
        tagsAdded: ['vip'],
        tagsTakenAway: [],
      },
    ]);
  });

  it('of a known contact is what differs from what was seen last', async () => {
    await write('POST', '/api/contacts/batch/new', [
      { email: 'ada@example.test', city: 'Paris', tags: ['old'] },
    ]);
    await write('PATCH', '/api/contacts/batch/edit', [{ id: 1, city: 'Lyon', tags: ['new', '-old'] }]);

    expect(calls[1]?.changes).toMatchObject([
      {
        fields: [{ alias: 'city', before: 'Paris', after: 'Lyon' }],
        tagsAdded: ['new'],
        tagsTakenAway: ['old'],
      },
    ]);
  });

  it('of one that was only read before is known too, and nothing is where nothing changed', async () => {
    await write('POST', '/api/contacts/batch/new', [{ email: 'ada@example.test', city: 'Paris' }]);
    await read('/api/contacts');
    await write('PATCH', '/api/contacts/batch/edit', [{ id: 1, city: 'Paris' }]);

    expect(calls[2]?.changes).toEqual([]);
  });

  it('of one that nobody has seen is shown without what was before', async () => {
    const headers = { ...AUTHORIZATION, 'content-type': 'application/json' };
    const body = JSON.stringify({ email: 'ada@example.test', city: 'Paris' });
    await fetch(`${mautic.url}/api/contacts/new`, { method: 'POST', headers, body });

    await write('PATCH', '/api/contacts/batch/edit', [{ id: 1, phone: '1' }]);

    expect(calls[0]?.changes[0]?.fields).toContainEqual({ alias: 'phone', before: undefined, after: '1' });
  });
});
