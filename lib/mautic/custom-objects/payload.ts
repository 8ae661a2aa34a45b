import { type ItemWrite, sendableName, sendableValue } from '../../core/contact/items/item-write.ts';

/** The `customObjects` of a contact's payload, items of one object together (recordings 508, 516, 544). */
export function customObjectsOf(items: readonly ItemWrite[]): { readonly data: readonly unknown[] } {
  const byObject = Map.groupBy(items, ({ object }) => object);
  return {
    data: [...byObject].map(([object, ofObject]) => ({
      ...(typeof object === 'number' ? { id: object } : { alias: object }),
      data: ofObject.map(payloadOf),
    })),
  };
}

function payloadOf({ id, name, attributes }: ItemWrite): Record<string, unknown> {
  const values = Object.entries(attributes).map(([alias, value]) => [alias, sendableValue(value)] as const);
  return {
    ...(id === undefined ? {} : { id }),
    name: sendableName(name),
    attributes: Object.fromEntries(values),
  };
}

/** Aliases, and `name`, whose value the plugin would break on after it saved the contact (recordings 616–623). */
export function unsendable(items: readonly ItemWrite[]): readonly string[] {
  const found = items.flatMap(({ name, attributes }) => [
    ...(sendableName(name) === undefined ? ['name'] : []),
    ...Object.entries(attributes)
      .filter(([, value]) => sendableValue(value) === undefined)
      .map(([alias]) => alias),
  ]);
  return [...new Set(found)];
}
