import { type AttributeValue, type ItemWrite, sendableValue } from '../../core/contact/items/item-write.ts';
import type { DesiredItem } from '../../core/contact/items/items-desired.ts';
import { type Failure, failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Clock } from '../../core/ports/telemetry.ts';
import type { MauticClient } from '../client.ts';
import { type CustomObjects, createCustomObjects } from './custom-objects.ts';
import type { ContactWithItems } from './reading.ts';
import {
  isThere,
  isUnique,
  NO_PLUGIN,
  noField,
  noObject,
  notKept,
  notUnique,
  type ObjectFinding,
  wrongType,
} from './trial-findings.ts';
import { trialItems } from './trial-items.ts';

export interface TrialOptions {
  readonly client: MauticClient;
  readonly customObjects: NonNullable<Policy['customObjects']>;
  readonly clock: Pick<Clock, 'sleep'>;
}

/** Nobody's: the domain is kept for examples (RFC 2606). */
const ADDRESS = 'bridge-trial@example.com';
/** MySQL sees no change in what is written twice within a second (recording 298). */
const SECOND_MS = 2_000;
/** More fields than an object of the policy may name. */
const MOST_TRIES = 40;

/**
 * Finds out by trying whether Mautic has what `policy.customObjects` names: the plugin, the objects, their fields, the
 * unique one and the types. A contact of nobody is made for it and deleted again; of each object one item stays, always
 * the same one, because no API deletes items. Never throws; a failure is Mautic's and says nothing of the objects.
 */
export async function tryCustomObjects(options: TrialOptions): Promise<Outcome<readonly ObjectFinding[]>> {
  const objects = createCustomObjects(options.client);
  const made = await objects.create({ email: ADDRESS, items: [] });
  if (!made.ok) return made;
  const { id } = made.value.contact;
  const findings = await tryAll({ ...options, objects, contactId: id });
  const path = `/api/contacts/${String(id)}/delete`;
  const deleted = await options.client.call({ method: 'DELETE', path });
  if (findings.ok && !deleted.ok && deleted.failure.code !== 'not-found') return deleted;
  return findings;
}

interface Trial extends TrialOptions {
  readonly objects: CustomObjects;
  readonly contactId: number;
}

async function tryAll(trial: Trial): Promise<Outcome<readonly ObjectFinding[]>> {
  const findings: ObjectFinding[] = [];
  for (const item of trialItems(trial.customObjects)) {
    const found = await tryItem(trial, item);
    if (!found.ok) return found;
    findings.push(...found.value);
    if (found.value.includes(NO_PLUGIN)) break;
  }
  return succeeded(findings);
}

async function tryItem(trial: Trial, item: DesiredItem): Promise<Outcome<readonly ObjectFinding[]>> {
  const findings: ObjectFinding[] = [];
  let { attributes } = item;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const answer = await write(trial, item, attributes);
    if (answer.ok)
      return succeeded([...findings, ...(await judge(trial, { ...item, attributes }, answer.value))]);
    const missing = missingIn(answer.failure);
    if (missing === undefined) return valueTrouble(trial, { item, attributes, findings }, answer.failure);
    if (missing === 'object') return succeeded([noObject(item)]);
    findings.push(noField(item, missing));
    if (missing === item.unique) return succeeded(findings);
    const { [missing]: _missing, ...rest } = attributes;
    attributes = rest;
  }
  return succeeded(findings);
}

function write(
  { objects, contactId }: Trial,
  { object, name }: ItemWrite,
  attributes: ItemWrite['attributes'],
): Promise<Outcome<ContactWithItems>> {
  return writeAs({ objects, contactId }, { object, name, attributes });
}

/** Alone in a batch, because only there Mautic says what is wrong with a value (recordings 557 to 559). */
async function writeAs(
  { objects, contactId }: Pick<Trial, 'objects' | 'contactId'>,
  item: ItemWrite,
): Promise<Outcome<ContactWithItems>> {
  const [answer] = await objects.editAll([{ id: contactId, items: [item] }]);
  return (
    answer ?? failed({ kind: 'retry', code: 'unreadable', message: 'Mautic answered nothing to a trial.' })
  );
}

/** What the plugin says it does not have: the object, or the alias of a field. */
function missingIn(failure: Failure): string | undefined {
  if (failure.code === 'no-custom-object') return 'object';
  if (failure.code !== 'no-custom-field' || failure.kind !== 'repair') return undefined;
  return Object.keys(failure.rejected)[0];
}

interface Refused {
  readonly item: DesiredItem;
  readonly attributes: ItemWrite['attributes'];
  readonly findings: readonly ObjectFinding[];
}

/** All together were refused, and by no name: each is tried by itself. */
async function valueTrouble(
  trial: Trial,
  { item, attributes, findings }: Refused,
  failure: Failure,
): Promise<Outcome<readonly ObjectFinding[]>> {
  const unique = attributes[item.unique];
  const bare = unique ? { [item.unique]: unique } : {};
  await trial.clock.sleep(SECOND_MS);
  const alone = await write(trial, item, bare);
  if (!alone.ok) return failed(failure);
  const refused: ObjectFinding[] = [];
  for (const [alias, value] of Object.entries(attributes)) {
    if (alias === item.unique) continue;
    await trial.clock.sleep(SECOND_MS);
    const answer = await write(trial, item, { ...bare, [alias]: value });
    if (!answer.ok) refused.push(wrongType(item, { alias, value }));
  }
  return refused.length === 0 ? failed(failure) : succeeded([...findings, ...refused]);
}

async function judge(
  trial: Trial,
  item: DesiredItem,
  answer: ContactWithItems,
): Promise<readonly ObjectFinding[]> {
  if (answer.objects === undefined) return [NO_PLUGIN];
  const key = textOf(item.attributes[item.unique]);
  const [found] = ownItems(answer, item, key);
  if (!found) return [notKept(item)];
  const wrong = Object.entries(item.attributes).filter(
    ([alias, value]) => alias !== item.unique && !isHeld(value, found.attributes[alias]),
  );
  const types = wrong.map(([alias, value]) => wrongType(item, { alias, value }));
  return [isThere(item), ...types, await uniqueness(trial, item, key)];
}

/** The same again under another name: with a unique identifier it is the same item. */
async function uniqueness(trial: Trial, item: DesiredItem, key: string): Promise<ObjectFinding> {
  await trial.clock.sleep(SECOND_MS);
  const again = await writeAs(trial, { ...item, name: `${item.name} again` });
  const isOne = again.ok && ownItems(again.value, item, key).length === 1;
  return isOne ? isUnique(item) : notUnique(item);
}

function ownItems({ objects = [] }: ContactWithItems, { object, unique }: DesiredItem, key: string) {
  const ofObject = objects.filter(({ id, alias }) => (typeof object === 'number' ? id : alias) === object);
  return ofObject.flatMap(({ data }) => data).filter(({ attributes }) => attributes[unique] === key);
}

function textOf(value: AttributeValue | undefined): string {
  return value?.as === 'text' ? value.value : '';
}

/** As it was sent; a moment may come back as a day, or in another way of writing it. */
function isHeld(sent: AttributeValue, held: unknown): boolean {
  const value = sendableValue(sent);
  if (held === value || String(held) === String(value)) return true;
  if (sent.as !== 'moment' || typeof held !== 'string') return false;
  return held.startsWith(new Date(sent.value).toISOString().slice(0, 10));
}
