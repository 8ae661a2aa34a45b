/** An answer before it is written; text is a page of HTML. */
export interface RestAnswer {
  readonly status: number;
  readonly body: object | string;
}

/** WordPress's own errors (facts/fluentcart A2). */
export function wordPressError(status: number, code: string, message: string): RestAnswer {
  return { status, body: { code, message, data: { status } } };
}

/** No such order or customer (recordings `rest.*.detail.deleted`). */
export function missing(what: 'Order' | 'Customer'): RestAnswer {
  const [buttonText, route] =
    what === 'Order' ? ['Back to orders', '/orders'] : ['Back to Customer List', '/customers'];
  return {
    status: 404,
    body: { data: { message: `${what} not found`, buttonText, route }, code: 'fluent_cart_entity_not_found' },
  };
}

/** No such product: as if it were a matter of permission. */
export function noProduct(): RestAnswer {
  const message = 'No query results for model [FluentCart\\App\\Models\\Product].';
  return wordPressError(403, 'Permission Callback Error', message);
}

/** A relation that nobody knows (recording `rest.error.unknown_relation.500`). */
export function unknownRelation(name: string, model: string): RestAnswer {
  const file =
    '/var/www/html/wp-content/plugins/fluent-cart/vendor/wpfluent/framework/src/WPFluent/Database/Orm/RelationNotFoundException.php';
  const message = `Call to undefined relationship [${name}] on model [FluentCart\\App\\Models\\${model}].`;
  return { status: 500, body: { code: 'plugin_exception', data: { file, line: 35 }, message } };
}
