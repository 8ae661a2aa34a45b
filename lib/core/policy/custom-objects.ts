import * as v from 'valibot';

/** Values of an order that may go into a custom item; amounts are decimal texts, `totalMinor` a whole number of minor units. */
export const ORDER_VALUES = [
  'number',
  'status',
  'currency',
  'total',
  'totalMinor',
  'refunded',
  'net',
  'createdAt',
  'paidAt',
  'completedAt',
  'coupons',
  'items',
  'skus',
  'paymentMethod',
  'country',
] as const;
export type OrderValue = (typeof ORDER_VALUES)[number];

/** Values of an order line; `status` is its order's. */
export const LINE_VALUES = [
  'orderKey',
  'sku',
  'name',
  'productId',
  'quantity',
  'total',
  'categories',
  'status',
] as const;
export type LineValue = (typeof LINE_VALUES)[number];

/** The plugin drops everything else from an alias when it stores it, and then does not know it (recording 523). */
const ItemAlias = v.pipe(
  v.string(),
  v.regex(
    /^[a-zA-Z0-9-]+$/,
    'must be letters, digits and hyphens, as Mautic shows the alias after saving: it makes "order_number" to "ordernumber"',
  ),
  v.check((alias) => !(alias in {}), 'is a name that JavaScript keeps for itself'),
);

/** By alias or by id. */
const ObjectName = v.union([ItemAlias, v.pipe(v.number(), v.integer(), v.minValue(1))]);

function itemsOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  return v.pipe(
    v.strictObject({
      object: ObjectName,
      /** The field that is a unique identifier of the object; the bridge fills it. */
      unique: ItemAlias,
      /** Alias in Mautic → value. */
      attributes: v.record(ItemAlias, v.picklist(values, `must be one of ${values.join(', ')}`)),
    }),
    v.check(
      ({ unique, attributes }) => !Object.hasOwn(attributes, unique),
      'must not name the unique field among its attributes: the bridge fills it',
    ),
  );
}

/** Which Custom Objects of Mautic's plugin hold the orders and their lines; absent: none, and nothing is read or sent. */
export const CustomObjects = v.pipe(
  v.strictObject({
    orders: v.optional(itemsOf(ORDER_VALUES)),
    lines: v.optional(itemsOf(LINE_VALUES)),
  }),
  v.check(({ orders, lines }) => (orders ?? lines) !== undefined, 'must name orders, lines or both'),
  v.check(
    ({ orders, lines }) => orders === undefined || orders.object !== lines?.object,
    'must be two objects: one for orders, one for lines',
  ),
);
export type CustomObjects = v.InferOutput<typeof CustomObjects>;
