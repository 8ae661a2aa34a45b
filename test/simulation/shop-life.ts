import type { Billing } from '../../lib/simulators/woocommerce/records/billing.ts';
import type { NewOrder } from '../../lib/simulators/woocommerce/records/orders/new-order.ts';
import type { Via } from '../../lib/simulators/woocommerce/records/orders/order-state.ts';
import type { Shop } from '../../lib/simulators/woocommerce/shop.ts';
import type { Dice, Engine } from './engine.ts';
import type { Marks } from './marks.ts';
import { WHOLESALE } from './policies.ts';

/** What truly happened to an order. */
export interface OrderHistory {
  /** The order it was made of. */
  readonly parentId?: number;
  /** Epoch ms, whole seconds. */
  readonly createdAt: number;
  readonly statuses: Set<string>;
  /** Every address it ever had, as typed. */
  readonly emails: Set<string>;
  /** What it was after each change, epoch ms. */
  readonly changes: { readonly at: number; readonly status: string }[];
  /** What was answered at its checkout, if anything. */
  readonly answer?: boolean | undefined;
  changedAt: number;
  /** That it was placed with. */
  readonly coupons?: readonly string[];
  /** Its last change moved no date. */
  quiet: boolean;
  /** The store cannot show it until somebody has mended it. */
  unshown: boolean;
  erased: boolean;
}

/** Five people, one of whom leaves no address: most orders meet others of the same contact. */
export const FEW_PEOPLE = [
  'ada@example.test',
  'Bob.B@Example.TEST',
  'carol+shop@exämple.test',
  'dora@example.test',
  '',
];
/** Bots that try cards, under one address: none of their orders is ever paid. */
export const BOT = 'bot@example.test';
/** `delivered` is of a plugin: WooCommerce itself has no such status. */
const STATUSES = ['pending', 'on-hold', 'processing', 'completed', 'cancelled', 'failed', 'delivered'];
const UNPAID = ['pending', 'failed', 'cancelled'];
const CITIES = ['Lyon', 'Paris', 'Nantes'];
/** What is erased was seen before: nobody can know of an order that came and went between two looks. */
export const OLD_ENOUGH_MS = 50 * 60_000;

export interface ShopLifeParts {
  readonly shop: Shop;
  readonly engine: Engine;
  readonly dice: Dice;
  /** Addresses as they are typed. */
  readonly people: readonly string[];
  readonly marks: Marks;
  /** What whoever orders under an address brings along, where there are coupons. */
  readonly codesFor?: ((email: string) => readonly string[]) | undefined;
}

/** What people do in the shop, and the truth of it. */
export class ShopLife {
  readonly histories = new Map<number, OrderHistory>();
  readonly #shop: Shop;
  readonly #engine: Engine;
  readonly #dice: Dice;
  readonly #products: number[] = [];
  readonly #customers: number[] = [];

  readonly #people: readonly string[];
  readonly #marks: Marks;
  readonly #codesFor: ShopLifeParts['codesFor'];
  #asked = 0;

  constructor({ shop, engine, dice, people, marks, codesFor }: ShopLifeParts) {
    this.#shop = shop;
    this.#engine = engine;
    this.#dice = dice;
    this.#people = people;
    this.#marks = marks;
    this.#codesFor = codesFor;
  }

  /** The catalogue, and orders from before anybody connected the bridge. */
  begin(): void {
    for (const name of ['Engine', 'Table', 'Lamp'])
      this.#products.push(
        this.#shop.products.create({ name, sku: name.toUpperCase(), categories: [`${name.toLowerCase()}s`] }),
      );
    for (let count = this.#dice.between(0, 3); count > 0; count -= 1) this.#place();
  }

  /** More of them: a shop with a past. */
  remember(orders: number): void {
    for (let count = orders; count > 0; count -= 1) this.#place();
  }

  /** One thing, or several within one second. */
  act(): void {
    const times = this.#dice.chance(0.3) ? this.#dice.between(2, 3) : 1;
    for (let count = 0; count < times; count += 1) this.#actOnce();
  }

  /** An order that somebody else decides about; answers its id. */
  take(order: NewOrder, via: Via): number {
    const id = this.#shop.orders.place(order, via);
    this.#begin(id);
    return id;
  }

  /** What somebody else does to an order. */
  change(id: number, action: () => void): void {
    this.#do(id, action);
  }

  #actOnce(): void {
    const next = this.#dice.next();
    const orders = this.#shop.orders.all();
    const order = orders.length > 0 ? this.#dice.pick(orders) : undefined;
    if (next < 0.3 || !order) this.#place();
    else if (next < 0.34) this.#customer();
    else if (next < 0.36) this.#product();
    else if (order.status === 'trash') this.#inTrash(order.id);
    else this.#change(order.id, next);
  }

  #change(id: number, next: number): void {
    const { orders } = this.#shop;
    const { status = '', billing } = orders.get(id) ?? {};
    if (billing?.email === BOT) this.#do(id, () => orders.setStatus(id, this.#dice.pick(UNPAID)));
    else if (status === 'checkout-draft') this.#do(id, () => orders.placeDraft(id, 'processing'));
    else if (next < 0.74) this.#do(id, () => orders.setStatus(id, this.#dice.pick(STATUSES)));
    else if (next < 0.82) this.#do(id, () => orders.edit(id, { billing: this.#marks.on(this.#billing()) }));
    else if (next < 0.88) this.#do(id, () => this.#refund(id));
    else if (next < 0.93) this.#do(id, () => orders.trash(id));
    else if (next < 0.95) this.#erase(id);
    else if (next < 0.97) orders.addNote(id);
    else this.#do(id, () => orders.edit(id, {}));
  }

  #inTrash(id: number): void {
    if (this.#dice.chance(0.2)) this.#erase(id);
    else this.#do(id, () => this.#shop.orders.restore(id));
  }

  #refund(id: number): void {
    const order = this.#shop.orders.get(id);
    if (order && (order.status === 'processing' || order.status === 'completed'))
      this.#shop.orders.refund(id, '0.10');
  }

  #erase(id: number): void {
    const history = this.histories.get(id);
    if (!history || this.#engine.now - history.changedAt < OLD_ENOUGH_MS) return;
    this.#shop.orders.erase(id);
    history.erased = true;
  }

  #place(): void {
    const { orders } = this.#shop;
    const via = this.#dice.pick(['store-api', 'checkout', 'rest-api'] as const);
    const order = this.#order();
    const isDraft = this.#dice.chance(0.05);
    const id = isDraft ? orders.openDraft(order) : orders.place(order, via);
    this.#begin(id);
    if (!isDraft && this.#dice.chance(0.15)) this.#divide(id, order);
  }

  /** A marketplace makes an order for each vendor; another plugin takes what it makes an order of out of the first. */
  #divide(id: number, order: NewOrder): void {
    const { orders } = this.#shop;
    const [first, second] = [order, this.#order()].map(({ lines = [] }) => lines);
    const isSplit = this.#dice.chance(0.3);
    if (!isSplit) this.#do(id, () => orders.edit(id, { lines: [...(first ?? []), ...(second ?? [])] }));
    for (const lines of isSplit ? [second] : [first, second]) {
      if (this.#dice.chance(0.9))
        this.#begin(orders.place({ ...order, lines: lines ?? [], parentId: id }, 'rest-api'), id);
    }
  }

  /** Most of those who are asked say yes; many are not asked. */
  #answer(): NonNullable<NewOrder['meta']> {
    this.#asked += 1;
    const value = ['1', undefined, '1', '0', undefined, '1', '1'][(this.#asked * 5) % 7];
    return value === undefined ? [] : [{ key: ANSWER, value }];
  }

  #begin(id: number, parentId?: number): void {
    const placed = this.#shop.orders.get(id);
    if (!placed) throw new Error('the shop lost an order it has just taken');
    const history = {
      ...(parentId !== undefined && { parentId }),
      createdAt: placed.createdAt,
      statuses: new Set<string>(),
      emails: new Set<string>(),
      changes: [],
      answer: answerOf(placed.meta),
      coupons: placed.coupons,
      changedAt: this.#engine.now,
      quiet: false,
      unshown: false,
      erased: false,
    };
    this.histories.set(id, history);
    this.#note(id);
  }

  #order(): NewOrder {
    const productId = this.#dice.pick(this.#products);
    const isBot = this.#dice.chance(0.06);
    const order = {
      status: this.#dice.pick(
        isBot ? ['pending', 'failed'] : ['pending', 'processing', 'processing', 'on-hold', 'completed'],
      ),
      billing: this.#marks.on({ ...this.#billing(), ...(isBot && { email: BOT }) }),
      lines: [
        { productId, quantity: this.#dice.between(1, 3), price: `${String(this.#dice.between(1, 90))}.30` },
      ],
      currency: this.#dice.chance(0.1) ? 'USD' : 'EUR',
      meta: this.#answer(),
    };
    const coupons = this.#codesFor?.(order.billing.email ?? '');
    return { ...order, ...(coupons && { coupons }) };
  }

  #billing(): Partial<Billing> {
    return {
      email: this.#dice.pick(this.#people),
      first_name: `Name ${String(this.#dice.between(1, 9))}`,
      last_name: 'Person',
      address_1: `${String(this.#dice.between(1, 99))} Street`,
      city: this.#dice.pick(CITIES),
      postcode: '69001',
      country: 'FR',
    };
  }

  #customer(): void {
    const { customers } = this.#shop;
    const billing = this.#billing();
    const known = this.#customers.length > 0 && this.#dice.chance(0.6);
    if (known) {
      const firstName = `Account ${String(this.#dice.between(1, 9))}`;
      const id = this.#dice.pick(this.#customers);
      customers.update(id, { firstName, billing: this.#marks.on(billing, customers.get(id)?.email) });
    } else {
      const email = `account${String(this.#customers.length)}@example.test`;
      const role = this.#dice.chance(0.3) ? { role: WHOLESALE } : {};
      this.#customers.push(
        customers.create({
          email,
          firstName: 'Account',
          lastName: 'Holder',
          billing: this.#marks.on(billing, email),
          ...role,
        }),
      );
    }
  }

  /** A product that nobody knows yet. */
  #product(): void {
    const name = `Thing ${String(this.#products.length)}`;
    this.#products.push(
      this.#shop.products.create({ name, sku: `T-${String(this.#products.length)}`, categories: ['things'] }),
    );
  }

  #do(id: number, action: () => void): void {
    const before = this.#shop.orders.get(id);
    action();
    const now = this.#shop.orders.get(id);
    const history = this.histories.get(id);
    if (history && now !== before) history.quiet = now?.modifiedAt === before?.modifiedAt;
    this.#note(id);
  }

  #note(id: number): void {
    const order = this.#shop.orders.get(id);
    const history = this.histories.get(id);
    if (!order || !history) return;
    history.statuses.add(order.status);
    history.changes.push({ at: this.#engine.now, status: order.status });
    history.emails.add(order.billing.email);
    history.changedAt = this.#engine.now;
  }
}

/** Where WooCommerce keeps what was answered (recording 0243). */
const ANSWER = '_wc_other/lab/marketing-opt-in';

function answerOf(meta: readonly { readonly key: string; readonly value: unknown }[]): boolean | undefined {
  const value = meta.find(({ key }) => key === ANSWER)?.value;
  return value === undefined ? undefined : value === '1';
}
