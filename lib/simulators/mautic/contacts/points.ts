import { isNumeric } from '../database/php-value.ts';
import { type Answer, contactNotFound, ok, opaqueError, refusal } from '../http/answer.ts';
import type { Call, World } from '../world.ts';
import { findContact } from './find-contact.ts';

const OPERATORS: Readonly<Record<string, (points: number, delta: number) => number>> = {
  plus: (points, delta) => points + delta,
  minus: (points, delta) => points - delta,
  times: (points, delta) => points * delta,
  divide: (points, delta) => points / delta,
};

/** `POST /api/contacts/{id}/points/{operator}/{delta}`: every call counts, by whole points (recordings 437-446). */
export function changePoints(world: World, { params }: Call): Answer {
  const contact = findContact(world, Number(params[0]));
  if (contact === undefined) return contactNotFound();
  const operator = OPERATORS[params[1] ?? ''];
  if (operator === undefined) return refusal(400, 'Invalid operator');
  const delta = params[2] ?? '';
  if (!isNumeric(delta)) return opaqueError(500);
  world.db.contacts.put({
    ...contact,
    points: Math.trunc(operator(contact.points, Math.trunc(Number(delta)))),
  });
  return ok({ success: 1 });
}
