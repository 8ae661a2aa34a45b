import type { FieldInfo, NeededField } from '../../core/contact/contact-write.ts';
import { type Failure, failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import type { MauticFields } from '../../core/ports/mautic.ts';
import type { Log } from '../../core/ports/telemetry.ts';
import type { MauticClient } from '../client.ts';
import { type CreationOptions, createOnce, createTurns } from './creation.ts';
import { createField, type ListedField, listFields } from './field-list.ts';
import { createFieldMemory } from './field-memory.ts';

export interface MauticFieldsOptions extends CreationOptions {
  readonly client: MauticClient;
  readonly log: Log;
  /** `create` makes missing fields, `check` only leaves them out. */
  readonly mode: 'create' | 'check';
}

/** Custom fields: known ones from memory, then from the claims, then from Mautic's list; the rest is created. */
export function createMauticFields(options: MauticFieldsOptions): MauticFields {
  const { client, log, mode } = options;
  const inTurn = createTurns();
  const memory = createFieldMemory(options);

  async function ready(needed: readonly NeededField[]): Promise<Outcome<ReadonlyMap<string, FieldInfo>>> {
    const failure = memory.unknown(needed).length > 0 ? await inTurn(() => discover(needed)) : undefined;
    if (failure) return failed(failure);
    return succeeded(memory.all());
  }

  async function discover(needed: readonly NeededField[]): Promise<Failure | undefined> {
    if (memory.unknown(needed).length > 0) await memory.recall();
    const unknown = memory.unknown(needed);
    if (unknown.length === 0) return undefined;
    const list = await listFields(client);
    if (!list.ok) return list.failure;
    for (const field of unknown) {
      const failure = await settle(field, list.value.get(field.alias));
      if (failure) return failure;
    }
    return undefined;
  }

  async function settle(field: NeededField, existing: ListedField | undefined): Promise<Failure | undefined> {
    if (existing?.usable) await memory.share(existing.alias, infoOf(existing));
    else if (existing && mode === 'create') return unusable(existing.alias);
    else if (mode === 'create') return create(field);
    else if (memory.missing(field.alias)) {
      log.warn('A field of the policy is missing in Mautic and left out', { field: field.alias });
    }
    return undefined;
  }

  async function create(field: NeededField): Promise<Failure | undefined> {
    const created = await createOnce(options, {
      kind: 'FIELD',
      name: field.alias,
      create: () => createOrFind(client, field),
      describe: JSON.stringify,
    });
    if (!created.ok) return created.failure;
    if (created.value) memory.note(field.alias, created.value);
    else await memory.recall();
    return undefined;
  }

  async function learnLimit(alias: string, limit: number): Promise<void> {
    if (!memory.get(alias)) await memory.recall();
    await memory.share(alias, { type: memory.get(alias)?.type ?? 'text', limit });
  }

  return { ready, learnLimit };
}

async function createOrFind(client: MauticClient, field: NeededField): Promise<Outcome<FieldInfo>> {
  const created = await createField(client, field);
  if (!created.ok) return isTaken(created.failure) ? find(client, field.alias, created.failure) : created;
  if (created.value.alias !== field.alias) return failed(renamed(field.alias, created.value.alias));
  return created.value.usable ? succeeded(infoOf(created.value)) : failed(unusable(field.alias));
}

/** A duplicate alias is refused by name (recordings 198, 203): somebody created it since it was listed. */
function isTaken(failure: Failure): boolean {
  return failure.kind === 'repair' && 'alias' in failure.rejected;
}

async function find(client: MauticClient, alias: string, refused: Failure): Promise<Outcome<FieldInfo>> {
  const list = await listFields(client);
  if (!list.ok) return list;
  const existing = list.value.get(alias);
  if (existing) return existing.usable ? succeeded(infoOf(existing)) : failed(unusable(alias));
  const message = `Mautic refuses the alias ${alias}. Choose another one in the policy.`;
  return failed({
    kind: 'park',
    code: 'field-refused',
    message: refused.kind === 'repair' ? message : refused.message,
  });
}

function infoOf({ type, limit }: FieldInfo): FieldInfo {
  return { type, ...(limit === undefined ? {} : { limit }) };
}

/** Mautic folds, cuts and numbers aliases silently (recordings 199, 201, 204). */
function renamed(asked: string, got: string): Failure {
  const message = `Mautic created the field ${asked} as ${got}. Delete that field and choose another alias in the policy.`;
  return { kind: 'park', code: 'field-renamed', message };
}

function unusable(alias: string): Failure {
  const message = `Field ${alias} is not published in Mautic. Publish it, or wait for its column to be created.`;
  return { kind: 'retry', code: 'field-unpublished', message };
}
