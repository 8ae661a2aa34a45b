import type { Dice } from './dice.ts';
import type { Header, Request } from './input.ts';
import { PROTOTYPE_NAMES } from './odd-values.ts';
import { SIGNATURE, TOPIC, withHeaders } from './shop.ts';

/** API Gateway takes no more of the values together. */
const MOST_HEADER_BYTES = 10_240;
const READ = ['x-wc-webhook-id', 'x-wc-webhook-delivery-id', 'x-wc-webhook-source', 'content-type'] as const;
const OTHERS = [
  'x-forwarded-for',
  'cookie',
  'host',
  'authorization',
  'content-length',
  'x-http-method',
] as const;

const TOPICS = [
  'order.created',
  'order.updated',
  'order.deleted',
  'order.restored',
  'customer.created',
  'customer.updated',
  'customer.deleted',
  'product.created',
  'product.updated',
  'product.published',
  'product.restored',
  'product.deleted',
  'coupon.created',
  'action.woocommerce_payment_complete',
  'order',
  'order.',
  '.created',
  'order.created.created',
  'order.created ',
  'order.created,order.created',
  'order.created\u00a0',
  'Order.Created',
  'subscription.updated',
  'bridge.refused',
  '',
  ...PROTOTYPE_NAMES,
] as const;

/** Hundreds of them, huge ones, none of them, some of them twice. */
export function oddHeaders(dice: Dice, request: Request): Request {
  switch (dice.below(5)) {
    case 0:
      return flooded(dice, request);
    case 1:
      return withHeaders(request, { [dice.pick(READ)]: value(dice, MOST_HEADER_BYTES - 1500) });
    case 2:
      return withHeaders(request, { [dice.pick([...READ, TOPIC, SIGNATURE])]: undefined });
    case 3:
      return twice(dice, request);
    default:
      return dice.chance(0.5) ? { ...request, headers: [] } : shouted(request);
  }
}

/** Another topic over the same body: the signature does not cover it. */
export function oddTopic(dice: Dice, request: Request): Request {
  return withHeaders(request, { [TOPIC]: dice.chance(0.8) ? dice.pick(TOPICS) : value(dice, 60) });
}

/** Paths of stores that are not there; some look like one that is. */
export function forgedStore(dice: Dice): string {
  return dice.pick([
    'unknown',
    'Demo',
    'DEMO',
    'demo ',
    ' demo',
    'demo/',
    'demo\u0000',
    'demo%00',
    'demo/../shop',
    '../demo',
    '..%2fdemo',
    './demo',
    'demo?x=1',
    'demo#x',
    'démo',
    '',
    '0',
    'undefined',
    'null',
    '*',
    '{store}',
    'a'.repeat(8000),
    ...PROTOTYPE_NAMES,
  ]);
}

function flooded(dice: Dice, request: Request): Request {
  const count = dice.pick([50, 200, 400]);
  const flood = Array.from({ length: count }, (_, index): Header => {
    const name = dice.chance(0.1) ? dice.pick([...PROTOTYPE_NAMES, ...OTHERS]) : `x-flood-${String(index)}`;
    return [name, value(dice, Math.floor(MOST_HEADER_BYTES / count))];
  });
  const all = dice.chance(0.5) ? [...request.headers, ...flood] : [...flood, ...request.headers];
  return { ...request, headers: all };
}

function twice(dice: Dice, request: Request): Request {
  const [name, first] = dice.pick(request.headers);
  return { ...request, headers: [...request.headers, [name, dice.chance(0.5) ? first : value(dice, 40)]] };
}

/** HTTP does not care about upper case. */
function shouted(request: Request): Request {
  return { ...request, headers: request.headers.map(([name, text]) => [name.toUpperCase(), text]) };
}

/** What HTTP lets through: visible ASCII and Latin-1. */
function value(dice: Dice, most: number): string {
  const length = dice.chance(0.2) ? most : dice.below(Math.min(most, 80));
  const character = dice.pick(['a', '"', '\\', '/', 'é', '\u00ff', ' ', '%', '@', 'mixed']);
  if (character !== 'mixed') return character.repeat(length);
  return Array.from({ length }, () => String.fromCharCode(0x20 + dice.below(0x5f))).join('');
}
