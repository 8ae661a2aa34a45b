import { describe, expect, it } from 'vitest';
import { readProgress } from '../../../lib/core/takeover/progress.ts';

describe('how far a takeover is', () => {
  it('is read as a version before has written it', () => {
    const before = { emails: ['1', '2'], moving: [], stoppedAt: 5 };

    expect(readProgress(JSON.stringify(before))).toEqual(before);
  });

  it('may say what only a later version knows', () => {
    const later = { emails: ['1'], moving: [], stops: { 1: 5 }, another: true };

    expect(readProgress(JSON.stringify(later))).toEqual({ emails: ['1'], moving: [], stops: { 1: 5 } });
  });

  it.each([undefined, '', 'none', '{"emails":"1"}'])('is nothing where it says %j', (text) => {
    expect(readProgress(text)).toBeUndefined();
  });
});
