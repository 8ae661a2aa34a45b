import type { CustomObjectForm } from '../../../lib/simulators/mautic/custom-objects/object-form.ts';
import type { Stage } from './replay.ts';

const ORDERS: CustomObjectForm = {
  alias: 'orders',
  fields: [
    { alias: 'order_number', type: 'text' },
    { alias: 'total', type: 'int' },
    { alias: 'status', type: 'select' },
    { alias: 'paid_at', type: 'datetime' },
    { alias: 'day', type: 'date' },
    { alias: 'url', type: 'url' },
    { alias: 'items', type: 'textarea' },
    { alias: 'mail', type: 'email' },
    { alias: 'tags', type: 'multiselect', options: ['a', 'b'] },
    { alias: 'ctry', type: 'country' },
    { alias: 'tel', type: 'phone' },
  ],
};

const PRODUCTS: CustomObjectForm = {
  alias: 'products',
  fields: [
    { alias: 'sku', type: 'text', isUnique: true },
    { alias: 'title', type: 'text' },
    { alias: 'price', type: 'int' },
  ],
};

/** Makes the objects of the recordings; the required field of `stricts` has another name in each version. */
export function makeRecordedObjects({ simulator }: Stage, required: 'req' | 'code'): void {
  const label = required === 'req' ? 'Req' : 'Code';
  simulator.people.makeCustomObject(ORDERS);
  simulator.people.makeCustomObject(PRODUCTS);
  simulator.people.makeCustomObject({
    alias: 'stricts',
    fields: [
      { alias: 'num', type: 'int' },
      { alias: required, label, type: 'text', isRequired: true },
    ],
  });
}

/** Uses up one id of an item, as an attempt before the recordings did: a refused value leaves its row (622). */
export async function burnItem({ send }: Stage, contact: object): Promise<void> {
  const attributes = { tel: 'abc' };
  await send('POST', '/api/contacts/batch/new', [
    { ...contact, customObjects: { data: [{ alias: 'orders', data: [{ name: 'lost', attributes }] }] } },
  ]);
}
