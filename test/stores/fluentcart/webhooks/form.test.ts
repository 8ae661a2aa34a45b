import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { formBody } from '../../../../lib/simulators/fluentcart/feeds/form-body.ts';
import { parseForm } from '../../../../lib/stores/fluentcart/webhooks/form.ts';

describe('a form body', () => {
  test.each([
    ['order[id]=2&order[status]=paid', { order: { id: '2', status: 'paid' } }],
    ['items[0][id]=1&items[1][id]=2', { items: { 0: { id: '1' }, 1: { id: '2' } } }],
    ['list[]=a&list[]=b', { list: { 0: 'a', 1: 'b' } }],
    ['name=M%C3%BCller+%26+S%C3%B6hne', { name: 'Müller & Söhne' }],
    ['a=1=2', { a: '1=2' }],
    ['a&b=&&', { a: '', b: '' }],
    ['', {}],
  ])('%j is %j', (text, object) => {
    expect(parseForm(text)).toEqual(object);
  });

  it('says of flat fields what they were', () => {
    const flat = fc.dictionary(fc.stringMatching(/^[a-z]\w{0,9}$/), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(flat, (fields) => {
        expect(parseForm(formBody(fields))).toEqual({ ...fields });
      }),
    );
  });

  it('is read in a time that grows with its length: one that grows with its square would not end', () => {
    expect(parseForm('&lt;'.repeat(2_000_000))).toEqual({ 'lt;': '' });
  });
});
