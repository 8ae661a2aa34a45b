import * as bodies from './body-mutations.ts';
import { doubled, flipped, seasoned, truncated } from './byte-mutations.ts';
import { type Dice, diceFrom } from './dice.ts';
import { feedAnswers, feedReading, feedRequest, feedWithWrongSecret } from './feeds.ts';
import { forgedStore, oddHeaders, oddTopic } from './header-mutations.ts';
import type { Input, Request } from './input.ts';
import { jsonText } from './json-text.ts';
import { deliveryMessage, ringMessage } from './message-mutations.ts';
import { SECRETS, signatureOf } from './secrets.ts';
import {
  orderParcel,
  parcel,
  recordedRequests,
  SIGNATURE,
  signed,
  TOPIC,
  withBody,
  withHeaders,
} from './shop.ts';

type Made = Input extends infer One ? (One extends Input ? Omit<One, 'kind'> : never) : never;
type Make = (dice: Dice) => Made;

/** Kind → how often of a thousand; what costs most is rare. */
export const KINDS: Readonly<Record<string, readonly [weight: number, make: Make]>> = {
  values: [330, (dice) => mutated(dice, bodies.values)],
  keys: [80, (dice) => mutated(dice, bodies.keys)],
  shapes: [30, (dice) => mutated(dice, bodies.shapes)],
  amounts: [15, (dice) => mutated(dice, bodies.amounts)],
  deep: [4, (dice) => mutated(dice, bodies.deep)],
  wide: [1, (dice) => mutated(dice, bodies.wide)],
  fat: [3, (dice) => mutated(dice, bodies.fat)],
  'duplicate keys': [25, duplicateKeys],
  flipped: [70, (dice) => spoilt(dice, flipped)],
  truncated: [30, (dice) => spoilt(dice, truncated)],
  doubled: [15, (dice) => spoilt(dice, doubled)],
  seasoned: [40, (dice) => spoilt(dice, seasoned)],
  'random bytes': [20, randomBytes],
  large: [1, large],
  headers: [60, (dice) => changed(dice, oddHeaders)],
  topic: [40, (dice) => changed(dice, oddTopic)],
  'forged store': [25, (dice) => changed(dice, (own, request) => ({ ...request, store: forgedStore(own) }))],
  'foreign source': [15, foreignSource],
  'wrong signature': [50, (dice) => changed(dice, wrongSignature)],
  ping: [15, ping],
  'recorded again': [20, recordedAgain],
  'old body again': [20, oldBodyAgain],
  piled: [1, piled],
  translation: [40, translation],
  feed: [120, (dice) => one(feedRequest(dice))],
  'feed with a wrong secret': [15, (dice) => one(feedWithWrongSecret(dice))],
  'feed reading': [60, feedReading],
  'feed answers': [30, feedAnswers],
  'delivery message': [35, (dice) => ({ type: 'message', queue: 'deliveries', text: deliveryMessage(dice) })],
  'ring message': [15, (dice) => ({ type: 'message', queue: 'contacts', text: ringMessage(dice) })],
};

const RECORDED = recordedRequests();

const TOTAL = Object.values(KINDS).reduce((sum, [weight]) => sum + weight, 0);

/** The input of a seed. */
export function inputOf(seed: number): Input {
  const dice = diceFrom(seed);
  let left = dice.below(TOTAL);
  for (const [kind, [weight, make]] of Object.entries(KINDS)) {
    left -= weight;
    if (left < 0) return { kind, ...make(dice) };
  }
  throw new Error('the weights do not add up');
}

function one(request: Request): Made {
  return { type: 'requests', requests: [request] };
}

function mutated(dice: Dice, mutation: (dice: Dice, body: Record<string, unknown>) => unknown): Made {
  const made = parcel(dice);
  const other = mutation(dice, made.body);
  return one(signed(made, jsonText(other === undefined ? made.body : other)));
}

function duplicateKeys(dice: Dice): Made {
  const made = parcel(dice);
  return one(signed(made, bodies.withDuplicateKeys(dice, made.body)));
}

function spoilt(dice: Dice, mutation: (dice: Dice, bytes: Buffer) => Buffer): Made {
  const made = parcel(dice);
  return one(signed(made, mutation(dice, Buffer.from(jsonText(made.body)))));
}

function changed(dice: Dice, change: (dice: Dice, request: Request) => Request): Made {
  return one(change(dice, signed(parcel(dice))));
}

function randomBytes(dice: Dice): Made {
  return one(signed(parcel(dice), dice.bytes(0, 300)));
}

/** Around every limit: of a message, of ingest, of API Gateway; padded with spaces, or with what compresses badly. */
function large(dice: Dice): Made {
  const limit = dice.pick([768 * 1024 - 8192, 768 * 1024, 1024 * 1024, 4 * 1024 * 1024, 10 * 1024 * 1024]);
  const size = limit === 10 * 1024 * 1024 ? limit : limit - 2 + dice.below(5);
  const made = parcel(dice);
  const body = Buffer.from(jsonText(made.body));
  const padding = dice.pick([0x20, 0x20, 0x00, 0x5b, 0xff]);
  const request = withBody(signed(made), Buffer.concat([body, Buffer.alloc(size - body.length, padding)]));
  if (dice.chance(0.6)) return one(request);
  // Twice as long in a message, and as long as API Gateway lets it be.
  return one(withHeaders(request, { 'x-wc-webhook-delivery-id': '"'.repeat(8600) }));
}

/** The shop has a URL; a clone of it has the same secret and another URL. */
function foreignSource(dice: Dice): Made {
  const own = parcel(dice);
  // Ids of its own: an e-mail names its order, but not the store.
  const id = typeof own.body['id'] === 'number' ? own.body['id'] + 1_000_000 : undefined;
  const request = signed({ ...own, body: { ...own.body, ...(id !== undefined && { id }) } });
  const source = dice.pick([
    'https://shop.example.test/',
    'https://shop.example.test',
    'HTTPS://SHOP.EXAMPLE.TEST/',
    'http://www.shop.example.test/de/',
    'https://shop.example.test/staging/',
    'https://staging.example.test/',
    'https://shop.example.test.evil.test/',
    'https://shop.example.test@evil.test/',
    'javascript:alert(1)',
    'https://[',
    '',
    '__proto__',
  ]);
  const moved = withHeaders({ ...request, store: 'shop' }, { 'x-wc-webhook-source': source });
  return one(withBody(moved, request.body));
}

function wrongSignature(dice: Dice, request: Request): Request {
  const right = signatureOf(request.body, SECRETS.demo?.[0] ?? '');
  const other = signatureOf(Buffer.concat([request.body, Buffer.from(' ')]), SECRETS.demo?.[0] ?? '');
  const wrong = dice.pick([
    undefined,
    '',
    ' ',
    right.slice(0, dice.below(right.length)),
    `${right}=`,
    ` ${right} x`,
    right.toLowerCase(),
    right.split('').reverse().join(''),
    other,
    signatureOf(request.body, ''),
    signatureOf(request.body, 'undefined'),
    signatureOf(request.body, SECRETS.shop?.[0] ?? ''),
    signatureOf(request.body, SECRETS.demo?.[1] ?? ''),
    Buffer.from(right, 'base64').toString('hex'),
    `sha256=${right}`,
    'null',
    '__proto__',
    'é'.repeat(44),
    'A'.repeat(8000),
  ]);
  return withHeaders(request, { [SIGNATURE]: wrong });
}

/** Unsigned, as WooCommerce sends it, or nearly so. */
function ping(dice: Dice): Made {
  const body = dice.pick([
    'webhook_id=1',
    'webhook_id=',
    'webhook_id=1\n',
    'webhook_id=1&x=2',
    'webhook_id=-1',
    'webhook_id=१',
    `webhook_id=${'9'.repeat(29)}`,
    `webhook_id=${'9'.repeat(30)}`,
    ' webhook_id=1',
    '',
    '{}',
    '{"webhook_id":1}',
  ]);
  const headers = [['Content-Type', 'application/x-www-form-urlencoded']] as const;
  const request = { store: dice.chance(0.9) ? 'demo' : forgedStore(dice), headers, body: Buffer.from(body) };
  return one(dice.chance(0.2) ? withHeaders(request, { [SIGNATURE]: '' }) : request);
}

/** What every world has heard before anything else; twice, because contacts take in news of products with it. */
function recordedAgain(dice: Dice): Made {
  const old = dice.pick(RECORDED);
  return { type: 'requests', requests: [old, old], repeats: 'all' };
}

/** An order, then newer states of it, then the old body again under its old headers. */
function oldBodyAgain(dice: Dice): Made {
  const old = orderParcel(dice);
  const first = signed(old);
  const newer = Array.from({ length: 1 + dice.below(2) }, () => {
    const next = orderParcel(dice);
    return signed({ ...next, body: { ...next.body, id: old.body['id'] } });
  });
  return { type: 'requests', requests: [first, ...newer, first], repeats: 'last' };
}

/** The same small body many times, each time with something new that is kept: nothing may grow without end. */
function piled(dice: Dice): Made {
  const base = orderParcel(dice);
  const by = dice.pick(['marks', 'status', 'address', 'tags'] as const);
  const count = by === 'tags' ? 6 : dice.pick([10, 60]);
  const long = dice.pick(['a', '"', '\u7dd1']);
  const requests = Array.from({ length: count }, (_, index): Request => {
    const tag = `${String(index)}-${String(dice.below(1_000_000))}`;
    if (by === 'tags') return signed({ ...base, body: { ...base.body, ...manyTags(index, tag, long) } });
    if (by === 'status') return signed({ ...base, body: { ...base.body, status: tag + long.repeat(990) } });
    if (by === 'address') {
      const email = `markmail.${tag}@${'x'.repeat(60)}.${'y'.repeat(60)}.${'z'.repeat(60)}.test`;
      return signed({ ...base, body: { ...base.body, billing: { email } } });
    }
    const deliveryId = `${tag}${(long === '\u7dd1' ? 'é' : long).repeat(8000)}`;
    const marked = { ...base, body: { id: base.body['id'] } };
    return withHeaders(signed(marked), {
      [TOPIC]: dice.pick(['order.deleted', 'order.restored']),
      'x-wc-webhook-delivery-id': deliveryId,
    });
  });
  return { type: 'requests', requests };
}

/** An order more, with as many articles as are kept of one. */
function manyTags(index: number, tag: string, long: string): Readonly<Record<string, unknown>> {
  const line_items = Array.from({ length: 320 }, (_, line) => ({
    sku: `${tag}-${String(line)}-${long.repeat(170)}`,
    quantity: 1,
    total: '1',
  }));
  return { id: 500 + index, status: 'processing', line_items };
}

function translation(dice: Dice): Made {
  const { topic, body } = parcel(dice);
  bodies.values(dice, body);
  const text = Buffer.from(jsonText(body));
  const shape = dice.pick([flipped, truncated, seasoned, undefined, undefined]);
  const odd = dice.chance(0.3) ? dice.pick(['order.restored', 'product.deleted', '__proto__', '']) : topic;
  return { type: 'arrival', topic: odd, body: shape ? shape(dice, text) : text };
}
