import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normaliseEmail, type RefusedAddress, spellingsOf } from '../../../lib/core/ledger/email.ts';

function emailOf(raw: string): string {
  const address = normaliseEmail(raw);
  return address.usable ? address.email : address.reason;
}

function keyOf(raw: string): string {
  const address = normaliseEmail(raw);
  return address.usable ? address.key : address.reason;
}

describe('one person has one address', () => {
  test.each([
    ['Mixed.Case+tag@Example.TEST', 'mixed.case+tag@example.test'],
    ['  jean@example.test\t\n', 'jean@example.test'],
    ['\u00a0jean@example.test\ufeff', 'jean@example.test'],
    ['user@müller.de', 'user@xn--mller-kva.de'],
    ['user@MÜLLER.de', 'user@xn--mller-kva.de'],
    ['user@XN--MLLER-KVA.de', 'user@xn--mller-kva.de'],
    ['user@日本.jp', 'user@xn--wgv71a.jp'],
    ['user@example。com', 'user@example.com'],
    ["o'brien@example.test", "o'brien@example.test"],
    ['a+b+c@example.test', 'a+b+c@example.test'],
    ["!#$'+-=?_`{|}~@example.test", "!#$'+-=?_`{|}~@example.test"],
    ['a@a.b-c.d--e.example', 'a@a.b-c.d--e.example'],
    ['jean@invalid.example', 'jean@invalid.example'],
    ['jean@notinvalid.test', 'jean@notinvalid.test'],
  ])('%j is %s', (raw, email) => {
    expect(emailOf(raw)).toBe(email);
    expect(keyOf(raw)).toBe(keyOf(email));
  });

  test('keeps apart what a provider may or may not take for the same', () => {
    expect(new Set(['a.b@example.test', 'ab@example.test', 'ab+x@example.test'].map(keyOf)).size).toBe(3);
  });
});

describe('an address that Mautic would change or refuse is refused', () => {
  test.each<[string, RefusedAddress]>([
    ['', 'no-email'],
    [' \t\u00a0', 'no-email'],
    ['jean', 'no-domain'],
    ['@example.test', 'no-domain'],
    ['jean@', 'no-domain'],
    ['jean@localhost', 'domain-malformed'],
    ['jean@example.test.', 'domain-malformed'],
    ['jean@example..test', 'domain-malformed'],
    ['jean@.example.test', 'domain-malformed'],
    ['jean@-example.test', 'domain-malformed'],
    ['jean@exa mple.test', 'domain-malformed'],
    ['jean@exa_mple.test', 'domain-malformed'],
    ['jean@[127.0.0.1]', 'domain-malformed'],
    ['deleted@site.invalid', 'domain-reserved'],
    ['Deleted@SITE.Invalid', 'domain-reserved'],
    ['jean@example.test:25', 'domain-malformed'],
    [`jean@${'x'.repeat(64)}.test`, 'domain-malformed'],
    ['jünge@example.test', 'local-part-non-ascii'],
    ['用户@example.test', 'local-part-non-ascii'],
    ['je\u0000an@example.test', 'local-part-non-ascii'],
    ['50%@example.test', 'local-part-malformed'],
    ['a^b@example.test', 'local-part-malformed'],
    ['a&b@example.test', 'local-part-malformed'],
    ['a*b@example.test', 'local-part-malformed'],
    ['a b@example.test', 'local-part-malformed'],
    ['a@b@example.test', 'local-part-malformed'],
    ['"a"@example.test', 'local-part-malformed'],
    ['Jean <jean@example.test', 'local-part-malformed'],
    ['a@example.test,b@example.test', 'local-part-malformed'],
    ['mailto:a@example.test', 'local-part-malformed'],
    ['.a@example.test', 'local-part-malformed'],
    ['a.@example.test', 'local-part-malformed'],
    ['a..b@example.test', 'local-part-malformed'],
    [`${'a'.repeat(65)}@example.test`, 'local-part-too-long'],
    [`${'a'.repeat(64)}@${'b.'.repeat(94)}com`, 'too-long'],
  ])('%j: %s', (raw, reason) => {
    expect(normaliseEmail(raw)).toEqual({ usable: false, reason });
  });

  test('up to 64 characters before the @ and 254 in all are taken', () => {
    expect(emailOf(`${'a'.repeat(64)}@example.test`)).toMatch(/^a{64}@/);
    expect(emailOf(`${'a'.repeat(64)}@${'b.'.repeat(93)}com`)).toHaveLength(254);
  });
});

/** A web browser would read these as other addresses; nobody may get another person's orders that way. */
describe('an address is never read as somebody else’s', () => {
  test.each([
    ['jean@exam%70le.test', 'domain-malformed'],
    ['jean@example.test/x', 'domain-malformed'],
    ['jean@example.test?x', 'domain-malformed'],
    ['jean@example.test#x', 'domain-malformed'],
    ['jean@example.test\\x', 'domain-malformed'],
    ['jean@exam\tple.test', 'domain-malformed'],
    ['jean@1.2.3', 'domain-malformed'],
    ['jean@0x7f.1', 'domain-malformed'],
    ['jean@127.0.0.1', 'domain-malformed'],
    ['\u212aate@example.test', 'local-part-non-ascii'],
    ['a/b@example.test', 'local-part-malformed'],
  ])('%j: %s', (raw, reason) => {
    expect(normaliseEmail(raw)).toEqual({ usable: false, reason });
  });
});

describe('an address may stand in a store', () => {
  test.each([
    ['jean@example.test', ['jean@example.test']],
    ['jean@xn--exmple-cua.test', ['jean@xn--exmple-cua.test', 'jean@ex\u00e4mple.test']],
    ['jean@xn--zzzzzzzz.test', ['jean@xn--zzzzzzzz.test']],
  ])('%s: %j', (email, spellings) => {
    expect(spellingsOf(email)).toEqual(spellings);
  });
});

describe('the key', () => {
  test('is short, safe in a URL, and shows nothing of the address', () => {
    expect(keyOf('jean@example.test')).toMatch(/^[\w-]{22}$/);
    expect(keyOf('jean@example.test')).toBe('kkAeBc7WsbXtKCUmCNlv1L');
    expect(keyOf('jeanne@example.test')).not.toBe(keyOf('jean@example.test'));
  });
});

test('any text is taken or refused, and taking it again changes nothing', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.emailAddress(),
    fc.tuple(fc.string(), fc.domain()).map((parts) => parts.join('@')),
  );
  fc.assert(
    fc.property(text, (raw) => {
      const address = normaliseEmail(raw);
      const again = address.usable ? normaliseEmail(` ${address.email.toUpperCase()} `) : address;
      expect(again).toEqual(address);
    }),
    { numRuns: 2000 },
  );
});
