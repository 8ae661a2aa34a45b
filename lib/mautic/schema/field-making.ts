import type { FieldInfo, NeededField } from '../../core/contact/contact-write.ts';
import type { Trouble } from '../../core/contact/field-standing.ts';
import { type Failure, failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import { isOpaque } from '../../core/pace/evidence.ts';
import type { MauticClient } from '../client.ts';
import { type CreationOptions, createOnce } from './creation.ts';
import { createField, listFields } from './field-list.ts';
import type { FieldMemory } from './field-memory.ts';
import { notMade, renamed } from './field-troubles.ts';

export interface MakingOptions extends CreationOptions {
  readonly client: MauticClient;
  readonly memory: FieldMemory;
}

/** `undefined` when it is there now; a trouble is this field's own, a failure is Mautic's or ours. */
export type Made = Outcome<Trouble | undefined>;

/** How long a field that Mautic could not make is not asked for again: making one locks its table of contacts. */
const AGAIN_MS = 6 * 3_600_000;

/** Makes a field that Mautic does not list, unless that was tried in vain not long ago. */
export async function makeField(
  options: MakingOptions,
  field: NeededField,
  before: Trouble | undefined,
): Promise<Made> {
  const { memory, clock } = options;
  const { alias } = field;
  if (memory.isRenamed(alias)) return succeeded(renamed(alias));
  if (before?.triedAt !== undefined && clock.now() - before.triedAt < AGAIN_MS) return succeeded(before);
  if (memory.get(alias)) await memory.forget(alias);
  const created = await createOnce(options, {
    kind: 'FIELD',
    name: alias,
    create: () => createOrFind(options, field),
    describe: JSON.stringify,
  });
  if (!created.ok) return isOwn(created.failure) ? troubled(options, alias, created.failure) : created;
  if (created.value) memory.note(alias, created.value);
  else await memory.recall();
  return succeeded(memory.isRenamed(alias) ? renamed(alias) : undefined);
}

/** Mautic has just listed its fields, so it works: what it will not make is this field's fault, or that of its rights. */
function isOwn(failure: Failure): boolean {
  const { kind, code } = failure;
  return (
    kind === 'park' ||
    kind === 'repair' ||
    code === 'forbidden' ||
    code === 'unreadable' ||
    isOwnSilence(failure)
  );
}

function isOwnSilence(failure: Failure): boolean {
  return isOpaque(failure) && !failure.shared;
}

function troubled({ memory, clock }: MakingOptions, alias: string, failure: Failure): Made {
  return succeeded(memory.isRenamed(alias) ? renamed(alias) : notMade(alias, failure, clock.now()));
}

async function createOrFind(options: MakingOptions, field: NeededField): Promise<Outcome<FieldInfo>> {
  const { alias } = field;
  const created = await createField(options.client, field);
  if (!created.ok) return isTaken(created.failure) ? find(options, alias, created.failure) : created;
  if (created.value.alias === alias)
    return created.value.usable ? succeeded(infoOf(created.value)) : failed(unpublished(alias));
  // Written down before anybody else may try: each try makes one more column.
  await options.memory.shareRenamed(alias, created.value.alias);
  return failed(refusedAlias(alias, renamed(alias, created.value.alias).message));
}

/** A duplicate alias is refused by name (recordings 198, 203): somebody created it since it was listed. */
function isTaken(failure: Failure): boolean {
  return failure.kind === 'repair' && 'alias' in failure.rejected;
}

async function find({ client }: MakingOptions, alias: string, refused: Failure): Promise<Outcome<FieldInfo>> {
  const list = await listFields(client);
  if (!list.ok) return list;
  const existing = list.value.get(alias);
  if (existing) return existing.usable ? succeeded(infoOf(existing)) : failed(unpublished(alias));
  return failed(
    refusedAlias(
      alias,
      `Mautic refuses the alias ${alias}. Choose another one in the policy. ${refused.message}`,
    ),
  );
}

/** What others need to know of a field. */
export function infoOf({ type, limit }: FieldInfo): FieldInfo {
  return { type, ...(limit === undefined ? {} : { limit }) };
}

function refusedAlias(_alias: string, message: string): Failure {
  return { kind: 'park', code: 'field-refused', message };
}

/** Its column is made by a cron job later, or somebody switched it off. */
function unpublished(alias: string): Failure {
  const message = `Field ${alias} is not published in Mautic. Publish it, or wait for its column to be created.`;
  return { kind: 'park', code: 'field-unpublished', message };
}
