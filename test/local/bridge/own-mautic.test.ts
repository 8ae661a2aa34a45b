import { describe, expect, it } from 'vitest';
import { mauticNameOf, ownMautic, SIMULATED } from '../../../lib/local/bridge/own-mautic.ts';
import { createMemoryLedger } from '../../../lib/local/memory/ledger.ts';
import { keyOf } from '../../support/workshop.ts';

const HERE = mauticNameOf('https://mautic.example.com/crm');
const THERE = mauticNameOf('https://other.example.com');

describe('the name of a Mautic', () => {
  it.each([
    'https://mautic.example.com/crm/',
    'https://mautic.example.com/crm///',
    'https://Mautic.EXAMPLE.com/crm',
    'http://mautic.example.com/crm',
    'https://mautic.example.com:443/crm',
    'http://mautic.example.com:80/crm',
    'https://mautic.example.com./crm',
    'https://mautic.example.com/crm/index.php',
    'https://mautic.example.com/crm/index.php/',
    'https://api:secret@mautic.example.com/crm?a=1#b',
  ])('is the same by %s', (url) => {
    expect(mauticNameOf(url)).toBe('mautic.example.com/crm');
  });

  it.each([
    'https://mautic.example.com/CRM',
    'https://mautic.example.com',
    'https://mautic.example.com:8443/crm',
    'https://www.mautic.example.com/crm',
  ])('is another one by %s', (url) => {
    expect(mauticNameOf(url)).not.toBe(HERE);
  });

  it('is the same by every name of this machine', () => {
    const urls = ['http://localhost:8080', 'http://127.0.0.1:8080/', 'http://[::1]:8080'];

    expect(new Set(urls.map(mauticNameOf))).toEqual(new Set(['localhost:8080']));
  });
});

describe('a ledger', () => {
  it('that names no Mautic, as in the version before, is taken for the one it is used with', async () => {
    const ledger = createMemoryLedger({ now: () => 0 });
    await ledger.want(keyOf('someone@example.test'), 'someone@example.test', 0);

    expect(await ownMautic(ledger, HERE)).toEqual({});
    expect(await ownMautic(ledger, HERE)).toEqual({});
    expect(await ownMautic(ledger, THERE)).toEqual({ other: HERE });
  });

  it('that was written for another one stays with it', async () => {
    const ledger = createMemoryLedger({ now: () => 0 });
    await ownMautic(ledger, SIMULATED);

    expect(await ownMautic(ledger, HERE)).toEqual({ other: SIMULATED });
    expect(await ownMautic(ledger, SIMULATED)).toEqual({});
  });

  it('goes along with the same one to a new address', async () => {
    const ledger = createMemoryLedger({ now: () => 0 });
    await ownMautic(ledger, HERE);

    expect(await ownMautic(ledger, THERE, { isSame: true })).toEqual({});
    expect(await ownMautic(ledger, THERE)).toEqual({});
    expect(await ownMautic(ledger, HERE)).toEqual({ other: THERE });
  });

  it('whose name a later version wrote in another way is adopted, and not lost', async () => {
    const ledger = createMemoryLedger({ now: () => 0 });
    await ledger.write({ of: 'mautic', name: 'ADDRESS' }, '{"elsewhere":1}', undefined);

    expect(await ownMautic(ledger, HERE)).toEqual({});
    expect(await ownMautic(ledger, THERE)).toEqual({ other: HERE });
  });
});
