import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startMauticSimulator } from '../../../lib/simulators/mautic/simulator.ts';
import { eventually } from '../../support/eventually.ts';
import { caller, fetchToken, openBench } from './client.ts';

const SIMULATOR = join(import.meta.dirname, '../../../lib/simulators/mautic/simulator.ts');
const PROGRAM = `
import { startMauticSimulator } from ${JSON.stringify(SIMULATOR)};
const simulator = await startMauticSimulator({ dataDir: process.argv[2] });
process.stdout.write(simulator.url + '\\n');
`;

describe('the state in a data directory', () => {
  let dataDir: string;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'mautic-simulator-'));
  });

  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  it('holds every answered write when the process is killed', async () => {
    const program = join(dataDir, 'program.ts');
    writeFileSync(program, PROGRAM);
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const url = await new Promise<string>((resolve) => {
      child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim()));
    });
    const token = await fetchToken(url);
    const call = caller(url, `Bearer ${token}`);
    const answered: string[] = [];
    const killed = new Promise((resolve) => {
      child.once('exit', resolve);
    });
    const write = async (index: number) => {
      const email = `p${index}@example.com`;
      const reply = await call('POST', '/api/contacts/new', { email, tags: ['buyer'] }).catch(
        () => undefined,
      );
      if (reply) answered.push(email);
    };
    for (let index = 0; index < 50; index += 1) await write(index);
    // In the middle of more of them, of which some may still be answered.
    const writing = Promise.all(Array.from({ length: 50 }, (_, index) => write(50 + index)));
    await eventually(() => expect(answered.length).toBeGreaterThan(50));
    child.kill('SIGKILL');
    await writing;
    await killed;

    const simulator = await startMauticSimulator({ dataDir });
    const found = new Map(simulator.contacts().map((contact) => [contact.email, contact.tags]));
    const again = await caller(simulator.url, `Bearer ${token}`)('GET', '/api/users/self');
    await simulator.close();

    expect(answered.length).toBeGreaterThan(50);
    expect(answered.filter((email) => found.get(email)?.join() !== 'buyer')).toEqual([]);
    expect(again.status).toBe(200);
  });

  it('forgets a line that was never finished, and goes on behind it', async () => {
    const first = await openBench({ dataDir });
    await first.call('POST', '/api/contacts/new', { email: 'a@example.com' });
    await first.simulator.close();
    appendFileSync(join(dataDir, 'mautic.jsonl'), '{"table":"contacts","id":2,"row":{"id":2,"val');

    const second = await openBench({ dataDir });
    await second.call('POST', '/api/contacts/new', { email: 'b@example.com' });
    await second.simulator.close();
    const third = await openBench({ dataDir });
    const emails = third.simulator.contacts().map(({ email }) => email);
    await third.simulator.close();

    expect(emails).toEqual(['a@example.com', 'b@example.com']);
  });

  it('keeps ids that were used and is rewritten when most of it is old', async () => {
    const first = await openBench({ dataDir });
    for (let count = 0; count < 200; count += 1)
      await first.call('POST', '/api/contacts/new', { email: 'a@example.com', city: `City ${count}` });
    const gone = await first.call('POST', '/api/contacts/new', { email: 'b@example.com' });
    await first.call('DELETE', `/api/contacts/${gone.body.contact?.id}/delete`);
    await first.call('POST', '/api/fields/contact/new', { label: 'Shoe size', type: 'number' });
    await first.simulator.close();

    const second = await openBench({ dataDir });
    const created = await second.call('POST', '/api/contacts/new', { email: 'c@example.com', shoe_size: 44 });
    const contacts = second.simulator.contacts();
    await second.simulator.close();

    expect(created.body.contact?.id).toBe((gone.body.contact?.id ?? 0) + 1);
    expect(contacts).toMatchObject([
      { email: 'a@example.com', fields: { city: 'City 199' } },
      { email: 'c@example.com', fields: { shoe_size: 44 } },
    ]);
  });
});
