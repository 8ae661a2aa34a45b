import { describe, expect, it } from 'vitest';
import { NOTHING_WRITTEN, UNKNOWN, type Written } from '../../../lib/core/contact/contact.ts';
import { type StrayOptions, straysIn } from '../../../lib/core/contact/strays.ts';

const WRITTEN: Written = {
  fields: { firstname: '=Anna', city: '=Ulm', mautic_woo_order_count: '=2' },
  tags: ['sku:tea', 'status:completed'],
  refused: {},
  segments: [1, 3],
};

const STANDING = { firstname: 'Anna', city: 'Ulm', mautic_woo_order_count: 2, position: 'Baker' };

function strays(values: object = STANDING, options: Partial<StrayOptions> = {}) {
  return straysIn(values as Record<string, unknown>, {
    written: WRITTEN,
    owned: NOTHING_WRITTEN,
    wanted: undefined,
    isRaced: false,
    inDoubt: false,
    isRenamed: false,
    ownAliases: new Set(['mautic_woo_order_count', 'mautic_woo_total_spent']),
    ...options,
  });
}

const WANTED = {
  fields: { city: 'Bonn', phone: '+49', zipcode: null },
  addTags: ['sku:mug'],
  removeTags: [],
};

describe('what is taken back from a contact that was renamed', () => {
  it('is everything that the bridge wrote and nobody changed since', () => {
    expect(strays(STANDING, { isRenamed: true })).toEqual({
      fields: { firstname: null, city: null, mautic_woo_order_count: null },
      removeTags: ['sku:tea', 'status:completed'],
      segments: [1, 3],
    });
  });

  it('is no name or address that somebody has changed, but is every order field', () => {
    const values = { ...STANDING, city: 'Trier', mautic_woo_order_count: 7 };

    expect(strays(values, { isRenamed: true }).fields).toEqual({
      firstname: null,
      mautic_woo_order_count: null,
    });
  });

  it('is whatever stands in a field of which nobody knows what was written last', () => {
    const written = { ...WRITTEN, fields: { ...WRITTEN.fields, city: UNKNOWN } };

    expect(strays({ city: 'Trier' }, { isRenamed: true, written }).fields).toEqual({ city: null });
    expect(strays({ city: 'Trier' }, { isRenamed: true, inDoubt: true }).fields).toEqual({ city: null });
  });

  it('is no field that is empty', () => {
    expect(strays({ firstname: '', city: null }, { isRenamed: true }).fields).toEqual({});
  });
});

describe('what is taken back from a contact that others were merged into', () => {
  it('is what surely came from the bridge: order fields, tags, segments', () => {
    expect(strays()).toEqual({
      fields: { mautic_woo_order_count: null },
      removeTags: ['sku:tea', 'status:completed'],
      segments: [1, 3],
    });
  });

  it('is all that has just been written over it, too', () => {
    const values = { ...STANDING, city: 'Bonn', phone: '+49', zipcode: '50667' };
    const { fields, removeTags } = strays(values, { wanted: WANTED, isRaced: true });

    expect(fields).toEqual({ city: null, phone: null, mautic_woo_order_count: null });
    expect(removeTags).toEqual(['sku:tea', 'status:completed', 'sku:mug']);
  });

  it('is, after a write with an unknown end, what that write would have left', () => {
    const values = { ...STANDING, city: 'Bonn' };

    expect(strays(values, { wanted: WANTED, inDoubt: true }).fields).toEqual({
      city: null,
      mautic_woo_order_count: null,
    });
  });
});

describe('what is left to the one who stands there, if that is one of ours', () => {
  it('is everything that was written for it as well', () => {
    const owned: Written = {
      fields: { city: '=Köln', mautic_woo_order_count: '=1' },
      tags: ['status:completed'],
      refused: {},
      segments: [3],
    };

    // Mautic holds equal what differs by an accent.
    const written = { ...WRITTEN, tags: [...WRITTEN.tags, 'sku:café'] };
    const cafe = { ...owned, tags: [...owned.tags, 'sku:cafe'] };
    expect(strays(STANDING, { written, owned: cafe }).removeTags).toEqual(['sku:tea']);

    expect(strays(STANDING, { isRenamed: true, owned })).toEqual({
      fields: { firstname: null },
      removeTags: ['sku:tea'],
      segments: [1],
    });
  });

  it('is a total that was left alone because the ledger does not know its past', () => {
    const owned = { ...NOTHING_WRITTEN, kept: ['mautic_woo_order_count'] };
    const values = { ...STANDING, mautic_woo_order_count: 5 };
    const wanted = { fields: { mautic_woo_order_count: '3' }, addTags: [], removeTags: [] };

    expect(strays(values, { owned }).fields).toEqual({});
    expect(strays(values, { owned, wanted, isRaced: true }).fields).toEqual({ mautic_woo_order_count: null });
  });

  it('is no such total if it is the one that was written for the other contact', () => {
    const owned = { ...NOTHING_WRITTEN, kept: ['mautic_woo_order_count'] };

    expect(strays(STANDING, { owned }).fields).toEqual({ mautic_woo_order_count: null });
    expect(strays({ mautic_woo_order_count: 5 }, { owned, isRenamed: true }).fields).toEqual({
      mautic_woo_order_count: null,
    });
  });
});
