import { amount, cents } from '../amounts.ts';
import { found, type Records } from '../records.ts';
import type { Site } from '../site.ts';
import type { CartItem, ShopCart } from './cart-state.ts';

type CartChange = Partial<Pick<ShopCart, 'email' | 'customerId' | 'consent' | 'lines' | 'coupons'>>;

/** Which companion it is. */
interface Companion {
  /** One before 1.2 leaves a cart its address, whatever the order that is made from it says. */
  readonly takesAddressOfOrder?: boolean;
}

/** What visitors do, as far as a companion sees it. Without one nobody keeps a cart, and nothing is told. */
export interface ShopCarts {
  /** Installs the companion, or takes it away again; webhooks of its topic that are saved meanwhile lose it. */
  install(isThere: boolean, companion?: Companion): void;
  isThere(): boolean;
  /** A visitor has filled a cart and left an address; answers its row, or none without a companion. */
  fill(change: CartChange & Pick<ShopCart, 'email'>): number | undefined;
  /** Something about it changed; an empty list of lines empties it. One that was ordered stays as it is. */
  touch(id: number, change: CartChange): void;
  /** An order was made from it: `placed` by itself, or still to be paid elsewhere. It may be the only one to name whose it is. */
  order(id: number, order: { readonly id: number; readonly placed: boolean }): void;
  /** The row is deleted, after thirty days or because somebody wanted to be forgotten. */
  forget(id: number): void;
  get(id: number): ShopCart | undefined;
  all(): readonly ShopCart[];
}

export function createCarts(records: Records): ShopCarts {
  let isThere = false;
  let takesAddressOfOrder = true;

  function save(cart: ShopCart): void {
    const { revision } = records.carts.get(cart.id) ?? { revision: 0 };
    records.carts.set(cart.id, { ...cart, revision: revision + 1, updatedAt: records.now() });
    if (isThere) records.tell('cart.updated', cart.id);
  }

  function fill(change: CartChange & Pick<ShopCart, 'email'>): number | undefined {
    if (!isThere) return undefined;
    const cart = begun(records, change);
    save(cart);
    return cart.id;
  }

  function touch(id: number, change: CartChange): void {
    const cart = found(records.carts, id);
    if (!isThere || cart.status === 'ordered') return;
    const { email = cart.email, lines = cart.lines } = change;
    save({
      ...withEmail(cart, email),
      ...change,
      status: lines.length === 0 ? 'empty' : 'open',
      // What was in it stays known.
      lines: lines.length === 0 ? cart.lines : lines,
    });
  }

  function order(id: number, { id: made, placed }: { readonly id: number; readonly placed: boolean }): void {
    const cart = found(records.carts, id);
    if (!isThere || cart.status === 'ordered') return;
    const email = takesAddressOfOrder ? found(records.orders, made).billing.email : cart.email;
    save({ ...withEmail(cart, email), order: made, status: placed ? 'ordered' : cart.status });
  }

  return {
    install: (wanted, companion = {}) => {
      isThere = wanted;
      takesAddressOfOrder = companion.takesAddressOfOrder ?? true;
    },
    isThere: () => isThere,
    fill,
    touch,
    order,
    forget: (id) => {
      records.carts.delete(id);
      if (isThere) records.tell('cart.updated', id);
    },
    get: (id) => records.carts.get(id),
    all: () => [...records.carts.values()],
  };
}

/** A new cart with one thing in it, unless something else is said. */
function begun(records: Records, change: CartChange & Pick<ShopCart, 'email'>): ShopCart {
  const id = records.nextCartId();
  const now = records.now();
  return {
    id,
    uuid: uuidOf(id),
    revision: 0,
    status: 'open',
    previousEmail: null,
    customerId: 0,
    consent: null,
    lines: [{ productId: 0, quantity: 1 }],
    coupons: [],
    order: null,
    createdAt: now,
    updatedAt: now,
    ...change,
  };
}

/** The same under an address, which remembers the one before. */
function withEmail(cart: ShopCart, email: string): ShopCart {
  const isNews = email !== cart.email && cart.email !== '';
  return { ...cart, email, previousEmail: isNews ? cart.email : cart.previousEmail };
}

/** As the companion's look, and another one for each cart. */
function uuidOf(id: number): string {
  return `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`;
}

/** What the webhook of a cart carries (recordings `carts/`), for a shop that knows neither taxes nor shipping. */
export function cartBody(records: Records, id: number, site: Site): Record<string, unknown> {
  const cart = records.carts.get(id);
  if (cart === undefined) return { id: uuidOf(id), status: 'gone' };
  const lines = cart.lines.map((item) => lineBody(records, item, site));
  const total = amount(lines.reduce((sum, line) => sum + cents(line.total), 0));
  const isOpen = cart.status === 'open';
  const query = cart.lines.map(({ productId, quantity }) => `${String(productId)}:${String(quantity)}`);
  return {
    id: cart.uuid,
    revision: cart.revision,
    status: cart.status,
    email: cart.email,
    previous_email: cart.previousEmail,
    customer_id: cart.customerId,
    first_name: '',
    last_name: '',
    country: 'DE',
    consent: cart.consent,
    locale: 'de_DE',
    currency: records.currency,
    prices_include_tax: false,
    created_at: stamp(cart.createdAt),
    updated_at: stamp(cart.updatedAt),
    totals: { items: total, discount: '0.00', shipping: '0.00', fees: '0.00', tax: '0.00', total },
    coupons: cart.coupons.map((code) => ({ code, discount: '0.00' })),
    lines,
    order: cart.order === null ? null : { id: cart.order, number: String(cart.order) },
    checkout_link: isOpen
      ? `${site.home}checkout-link/?products=${query.join(',')}&mcb=${cart.uuid}.sig`
      : null,
    restore_url: isOpen ? `${site.home}?mcb=${cart.uuid}.sig` : null,
  };
}

function lineBody(records: Records, { productId, quantity }: CartItem, site: Site) {
  const product = records.products.get(productId);
  const total = amount(cents(product?.price ?? '10.00') * quantity);
  return {
    product_id: productId,
    variation_id: 0,
    sku: product?.sku ?? '',
    name: product?.name ?? 'Thing',
    attributes: [],
    quantity,
    subtotal: total,
    total,
    tax: '0.00',
    url: `${site.home}product/${String(productId)}/`,
    image: '',
    custom: false,
  };
}

function stamp(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z');
}
