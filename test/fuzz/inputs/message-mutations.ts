import { createHash } from 'node:crypto';
import { doubled, flipped, seasoned, truncated } from './byte-mutations.ts';
import type { Dice } from './dice.ts';
import { jsonText, Raw, setKey } from './json-text.ts';
import { oddValue, PROTOTYPE_NAMES } from './odd-values.ts';
import { PEOPLE, parcel } from './shop.ts';

/** A message as it may lie in the queue of deliveries after somebody's hands, or another version, were at it. */
export function deliveryMessage(dice: Dice): string {
  const { topic, body } = parcel(dice);
  return spoilt(dice, {
    schema: 1,
    store: 'demo',
    receivedAt: '2026-11-22T12:00:00.000Z',
    topic,
    webhookId: '1',
    deliveryId: 'b0a1',
    body: dice.chance(0.8)
      ? { in: 'message', base64: Buffer.from(jsonText(body)).toString('base64') }
      : {
          in: 'bucket',
          key: dice.pick(['bodies/demo/none', '../secrets', '', '__proto__', 'a'.repeat(5000)]),
        },
  });
}

/** A message as it may lie in the queue of rings. */
export function ringMessage(dice: Dice): string {
  const someone = createHash('sha256').update(dice.pick(PEOPLE)).digest('base64url').slice(0, 22);
  const contact = dice.pick([someone, someone, 'nobody', ...PROTOTYPE_NAMES]);
  const ring = { contact, wanted: dice.below(9), attempts: dice.below(3) };
  return spoilt(dice, dice.chance(0.3) ? { ...ring, doubt: dice.chance(0.7) } : ring);
}

function spoilt(dice: Dice, message: Record<string, unknown>): string {
  const name = dice.pick(Object.keys(message));
  switch (dice.below(6)) {
    case 0:
      setKey(message, name, oddValue(dice));
      return jsonText(message);
    case 1:
      setKey(message, dice.pick(PROTOTYPE_NAMES), oddValue(dice));
      return jsonText(message);
    case 2:
      Reflect.deleteProperty(message, name);
      return jsonText(message);
    case 3:
      return spoiltBody(dice, message);
    case 4:
      return jsonText(
        dice.pick<unknown>([message, [message], JSON.stringify(message), new Raw('{"schema":1')]),
      );
    default:
      return dice
        .pick([flipped, truncated, doubled, seasoned])(dice, Buffer.from(jsonText(message)))
        .toString('utf8');
  }
}

function spoiltBody(dice: Dice, message: Record<string, unknown>): string {
  const body = dice.pick<unknown>([
    { in: 'message' },
    { in: 'message', base64: oddValue(dice) },
    { in: 'message', base64: '====' },
    { in: 'message', base64: 'not base64 at all ÿ' },
    { in: 'message', base64: '' },
    { in: 'bucket', key: oddValue(dice) },
    { in: dice.pick(PROTOTYPE_NAMES), base64: '', key: '' },
    oddValue(dice),
  ]);
  return jsonText({ ...message, body });
}
