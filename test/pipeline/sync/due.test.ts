import { describe, expect, it } from 'vitest';
import type { EffectState } from '../../../lib/core/ledger/effect-state.ts';
import { dueTime } from '../../../lib/pipeline/sync/due.ts';

const at = 1000;
const state = (known: Partial<EffectState>): EffectState => ({ state: 'done', at, ...known });

describe('an effect that nobody has touched', () => {
  it('is due at once, or when its rule says', () => {
    expect(dueTime({})).toBe(0);
    expect(dueTime({ dueAt: 5000 })).toBe(5000);
  });
});

describe('an effect that was refused', () => {
  it('is due when it may be tried again, and never before its rule says', () => {
    expect(dueTime({ known: state({ state: 'refused' }) })).toBe(at);
    expect(dueTime({ known: state({ state: 'refused' }), dueAt: 5000 })).toBe(5000);
    expect(dueTime({ known: state({ state: 'refused', reason: 'email-unpublished' }), dueAt: 5000 })).toBe(
      5000,
    );
  });
});

describe('an effect that may have been done', () => {
  it.each(['claimed', 'doubt'] as const)(
    'is found out after four minutes, whatever its rule says (%s)',
    (how) => {
      expect(dueTime({ known: state({ state: how }), dueAt: 5_000_000 })).toBe(at + 240_000);
    },
  );
});

describe('an effect that ended', () => {
  it.each(['done', 'skipped', 'parked'] as const)('is never due again (%s)', (how) => {
    expect(dueTime({ known: state({ state: how }), dueAt: 5 })).toBe('never');
  });
});
