import { describe, expect, it } from 'vitest';
import { aboutOrder } from '../../../lib/core/effects/follow-up/about.ts';
import { linkedProducts, markupOf } from '../../../lib/core/effects/item-markup.ts';
import type { OrderLine, ProductData } from '../../../lib/core/ledger/snapshot.ts';
import { cartRef, orderLine, orderRef, orderState } from '../../contracts/samples.ts';

function about(...lines: readonly Partial<OrderLine>[]) {
  const state = orderState({ lines: lines.map(orderLine) });
  if (state.data === undefined) throw new Error('the sample has no data');
  return aboutOrder({ ref: orderRef(1), state, data: state.data, effects: {} });
}

const TEA: ProductData = {
  name: 'Tea',
  sku: 'TEA',
  categories: [],
  url: 'https://shop.test/product/tea/?a=1&b=2',
  image: 'https://shop.test/tea.jpg',
};
const known = new Map([['product/demo/11', TEA]]);

describe('the items of an e-mail as markup', () => {
  it('have the picture and the page of each product that is known', () => {
    const order = about({ productId: '11', name: 'Tea', quantity: 2, total: '12.00' });

    expect(markupOf(order, known)).toEqual({
      items_html:
        '<table><tr><td><img src="https://shop.test/tea.jpg" alt="" width="64"></td><td><a href="https://shop.test/product/tea/?a=1&amp;b=2">Tea</a></td><td>× 2</td><td>12.00</td></tr></table>',
    });
  });

  it('prefer the picture that the order shows, which is the variation’s', () => {
    const order = about({ productId: '11', image: 'https://shop.test/tea-red.jpg' });

    expect(markupOf(order, known)['items_html']).toContain('tea-red.jpg');
  });

  it('are names alone where nothing more is known, or it is no address of the web', () => {
    const odd = { ...TEA, url: 'javascript:alert(1)', image: 'https://x.test/"onload="x' };

    expect(markupOf(about({ productId: '11', name: 'Tea' }))['items_html']).not.toMatch(/<a|<img/);
    expect(
      markupOf(about({ productId: '11', name: 'Tea' }), new Map([['product/demo/11', odd]]))['items_html'],
    ).not.toMatch(/<a|<img/);
  });

  it('hold no markup of anybody else’s', () => {
    const html = markupOf(about({ name: '<script>"\'&', total: '<b>' }))['items_html'];

    expect(html).toContain('&lt;script&gt;&quot;&#39;&amp;');
    expect(html).not.toContain('<script');
    expect(html).not.toContain('<b>');
  });

  it('are fifty, and how many more', () => {
    const html = markupOf(about(...Array.from({ length: 53 }, () => ({}))))['items_html'] ?? '';

    expect(html.match(/<tr>/g)).toHaveLength(51);
    expect(html).toContain('and 3 more');
  });

  it('of a cart come with the links that the shop told', () => {
    const line = {
      name: 'Mug',
      sku: 'MUG',
      quantity: 1,
      price: '9.00',
      url: 'https://shop.test/mug',
      image: '',
    };
    const checkout = {
      ref: cartRef('c1'),
      effects: {},
      touchedAt: 0,
      currency: 'EUR',
      total: '9.00',
      lines: [line],
      coupons: [],
      links: [],
    };
    const cart = { of: 'cart', ref: checkout.ref, effects: {}, checkout, abandonedAt: 0 } as const;

    expect(markupOf(cart)['items_html']).toContain('<a href="https://shop.test/mug">Mug</a>');
    expect(linkedProducts(cart)).toEqual([]);
  });
});

describe('products whose links an e-mail needs', () => {
  it('are those of the order that are not erased, each once', () => {
    const order = about({ productId: '11' }, { productId: '0' }, { productId: '11' }, { productId: '12' });

    expect(linkedProducts(order).map(({ id }) => id)).toEqual(['11', '12']);
  });
});
