import { factsOf } from '../../core/contact/facts/facts.ts';
import { type DesiredItem, itemsOf } from '../../core/contact/items/items-desired.ts';
import type { ContactKey } from '../../core/ledger/email.ts';
import type { OrderState } from '../../core/ledger/fold/order.ts';
import { NOBODY, type OrderData } from '../../core/ledger/snapshot.ts';
import { DEFAULT_POLICY, type Policy } from '../../core/policy/policy.ts';

/** An order that nobody placed, with something in everything that can be mapped. */
const ORDER: OrderData = {
  number: 'trial',
  status: 'completed',
  currency: 'EUR',
  total: '12.34',
  refunded: '-2.34',
  discount: '1.00',
  createdAt: Date.UTC(2026, 0, 31, 12),
  modifiedAt: Date.UTC(2026, 1, 1, 12),
  paidAt: Date.UTC(2026, 0, 31, 12, 30),
  completedAt: Date.UTC(2026, 1, 1, 12),
  paymentMethod: 'invoice',
  lines: [{ productId: '1', sku: 'TRIAL', name: 'Trial product', quantity: 2, total: '12.34' }],
  coupons: ['trial'],
  customerId: '0',
  identity: { ...NOBODY, firstName: 'Trial', lastName: 'Order', country: 'DE' },
  consent: {},
  attribution: {},
};

const TRIAL = 'bridge-trial' as ContactKey;

/** What the pipeline would write of such an order: one item for each object of the policy, always the same ones. */
export function trialItems(customObjects: NonNullable<Policy['customObjects']>): readonly DesiredItem[] {
  const state: OrderState = {
    type: 'order',
    data: ORDER,
    contacts: {},
    sights: {},
    deleted: [],
    restored: [],
  };
  const product = { name: 'Trial product', sku: 'TRIAL', categories: ['trial'] };
  const facts = factsOf(
    [{ ref: { kind: 'order', store: 'bridge', id: 'trial' }, state }],
    new Map([['product/bridge/1', product]]),
  );
  return [...itemsOf(facts, { policy: { ...DEFAULT_POLICY, customObjects }, contact: TRIAL })];
}
