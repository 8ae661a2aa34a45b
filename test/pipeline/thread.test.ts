import { describe, expect, test } from 'vitest';
import { normaliseEmail } from '../../lib/core/ledger/email.ts';
import { ANNA, orderBody, startBench } from './sync/support.ts';

const address = normaliseEmail(ANNA);
const NOON = Date.parse('2026-12-01T12:00:00Z');
const KEY = address.usable ? address.key : '';

/** Lines of the thread: what `record` saw and `sync` wrote, without complaints. */
function threadOf(lines: Awaited<ReturnType<typeof startBench>>['lines']) {
  return lines.filter(({ level }) => level === 'info').map(({ message, fields }) => ({ message, ...fields }));
}

describe('the thread through the logs', () => {
  test('leads from an order to its contact, and from there to what Mautic was told', async () => {
    const bench = await startBench();

    await bench.order({ id: 7, email: ANNA });
    await bench.sync();

    expect(threadOf(bench.lines)).toEqual([
      {
        message: 'Recorded',
        ref: 'order/demo/7',
        contact: KEY,
        version: expect.stringMatching(/^\d{13}\.[\w-]{6}$/),
        outcome: 'won',
      },
      {
        message: 'Wrote a contact',
        contact: KEY,
        mauticId: expect.any(Number),
        wanted: 1,
        wrote: expect.stringContaining('mautic_woo_total_spent'),
        tags: expect.stringMatching(/^\+\d+ -0$/),
      },
    ]);
  });

  test('says which version of an order lost, by what it was seen to hold', async () => {
    const bench = await startBench();
    const stale = orderBody({ id: 7, status: 'pending' }, NOON);

    await bench.order({ id: 7, email: ANNA });
    await bench.deliver('order.updated', stale);

    const outcomes = bench.lines.flatMap(({ fields }) => fields?.['outcome'] ?? []);
    expect(outcomes).toEqual(['won', 'lost']);
  });

  test('says that an order was deleted', async () => {
    const bench = await startBench();

    await bench.order({ id: 7, email: ANNA });
    await bench.deliver('order.deleted', { id: 7 });

    expect(threadOf(bench.lines).at(-1)).toMatchObject({
      message: 'Recorded',
      ref: 'order/demo/7',
      contact: KEY,
      marks: 'deleted',
    });
  });

  test('names a note that was added, with its order', async () => {
    const bench = await startBench({ policy: { notes: ['processing'] }, since: new Map([['demo', 0]]) });

    await bench.order({ id: 7, email: ANNA, status: 'processing' });
    await bench.sync();

    expect(threadOf(bench.lines)).toContainEqual({
      message: 'Done once',
      ref: 'order/demo/7',
      effect: expect.stringContaining('processing'),
    });
  });

  test('holds no address, name or value of a field', async () => {
    const bench = await startBench();

    await bench.order({ id: 7, email: ANNA, billing: { first_name: 'Anneliese' } });
    await bench.sync();

    const said = JSON.stringify(threadOf(bench.lines));
    expect(said).not.toContain(ANNA);
    expect(said).not.toContain('Anneliese');
  });
});
